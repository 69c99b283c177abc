using System.Globalization;

namespace FlowLog.Streams.Tests.Golden.Language;

/// <summary>A host object of the language: has members and methods.</summary>
internal interface IScriptObject
{
    object? Get(string member) => throw new NotCoveredException($"{GetType().Name}.{member}");

    object? Call(string method, Arguments arguments) => throw new NotCoveredException($"{GetType().Name}.{method}(..)");
}

/// <summary>A function, of the host or of the script.</summary>
internal delegate object? Function(Arguments arguments);

/// <summary>A word that has a meaning of its own and can be called.</summary>
internal interface IScriptFunction
{
    Function Now { get; }
}

/// <summary>The arguments of a call, by place and by name.</summary>
internal sealed record Arguments(IReadOnlyList<object?> Values, IReadOnlyDictionary<string, object?> Named)
{
    public static Arguments Of(params object?[] values) => new(values, new Dictionary<string, object?>());

    public object? this[int index] => Values[index];

    public int Count => Values.Count;

    public string Text(int index) => (string)Values[index]!;

    public T? Find<T>()
        where T : class => Values.OfType<T>().FirstOrDefault();

    public object? NamedOr(string name, object? otherwise = null) => Named.TryGetValue(name, out var value) ? value : otherwise;
}

/// <summary>A key and a value.</summary>
internal sealed record Pair(object? Key, object? Value) : IScriptObject
{
    object? IScriptObject.Get(string member) => member == "key" ? Key : Value;
}

/// <summary>A function of the script.</summary>
internal sealed class Lambda(IReadOnlyList<string> parameters, Scope closure, Func<Scope, object?> body)
{
    public int ParameterCount => parameters.Count;

    public object? Call(params ReadOnlySpan<object?> arguments)
    {
        if (arguments.Length != parameters.Count)
            throw new InvalidOperationException($"A lambda of {parameters.Count} parameters was called with {arguments.Length}.");

        var scope = new Scope(closure);
        for (var i = 0; i < parameters.Count; i++)
            scope.Declare(parameters[i], arguments[i]);

        return body(scope);
    }
}

/// <summary>A case uses something that FlowLog.Streams does not have yet.</summary>
internal sealed class NotCoveredException(string what) : Exception($"Not covered yet: {what}");

/// <summary>What the script's own <c>fail</c> throws.</summary>
internal sealed class ScriptFailure(string message) : InvalidOperationException(message);

/// <summary>How values of the language are compared, joined and shown.</summary>
internal static class Values
{
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => text,
        IReadOnlyList<object?> list => "[" + string.Join(", ", list.Select(Text)) + "]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    public static bool IsTrue(object? value) => value is bool truth ? truth : throw new InvalidOperationException($"{Text(value)} is neither true nor false.");

    public static long Number(object? value) => value switch
    {
        long number => number,
        int number => number,
        _ => throw new InvalidOperationException($"{Text(value)} is not a number."),
    };

    public static int Compare(object? left, object? right) =>
        left is string a && right is string b ? string.CompareOrdinal(a, b) : Number(left).CompareTo(Number(right));

    public static bool AreEqual(object? left, object? right) =>
        left is IReadOnlyList<object?> a && right is IReadOnlyList<object?> b ? a.SequenceEqual(b) : Equals(Widen(left), Widen(right));

    private static object? Widen(object? value) => value is int number ? (long)number : value;
}
