namespace FlowLog.Streams.Tests.Golden.Language;

/// <summary>The functions of the language that have nothing to do with streams.</summary>
internal static class Library
{
    public static void AddTo(Scope scope)
    {
        Add(scope, "upper", a => a.Text(0).ToUpperInvariant());
        Add(scope, "lower", a => a.Text(0).ToLowerInvariant());
        Add(scope, "len", a => a[0] is IReadOnlyList<object?> list ? list.Count : (long)a.Text(0).Length);
        Add(scope, "sub", a => a.Count == 3 ? Sub(a.Text(0), Values.Number(a[1]), Values.Number(a[2])) : Sub(a.Text(0), Values.Number(a[1]), a.Text(0).Length));
        Add(scope, "contains", a => a.Text(0).Contains(a.Text(1), StringComparison.Ordinal));
        Add(scope, "startsWith", a => Checked(a[0]).StartsWith(a.Text(1), StringComparison.Ordinal));
        Add(scope, "split", a => Checked(a[0]).Split(a.Text(1)).Cast<object?>().ToList());
        Add(scope, "int64", a => long.Parse(a.Text(0)));
        Add(scope, "text", a => Values.Text(a[0]));
        Add(scope, "min", a => Math.Min(Values.Number(a[0]), Values.Number(a[1])));
        Add(scope, "max", a => Math.Max(Values.Number(a[0]), Values.Number(a[1])));
        Add(scope, "each", a => ((IEnumerable<object?>)a[0]!).Select(item => ((Lambda)a[1]!).Call(item)).ToList());
        Add(scope, "upTo", a => Enumerable.Range(0, (int)Values.Number(a[0])).Select(i => (object?)(long)i).ToList());
        Add(scope, "kv", a => new Pair(a[0], a[1]));
        Add(scope, "fail", a => throw new ScriptFailure(Values.Text(a[0])));
    }

    public static void Add(Scope scope, string name, Func<Arguments, object?> function) => scope.Declare(name, new Function(function));

    private static string Checked(object? value) => value as string ?? throw new InvalidOperationException($"{Values.Text(value)} is not text.");

    private static string Sub(string text, long from, long to)
    {
        var start = (int)Math.Min(Math.Max(0, from), text.Length);
        var end = (int)Math.Min(Math.Max(start, to), text.Length);
        return text[start..end];
    }
}
