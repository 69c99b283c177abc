namespace FlowLog.Streams.Tests.Golden.Language;

/// <summary>Names and their values; an assignment goes to an outer name if there is one.</summary>
internal sealed class Scope(Scope? outer = null)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.TryGetValue(name, out value))
                return true;
        }

        value = null;
        return false;
    }

    public void Declare(string name, object? value) => _names[name] = value;

    public void Assign(string name, object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.ContainsKey(name))
            {
                scope._names[name] = value;
                return;
            }
        }

        Declare(name, value);
    }

    private Scope? Outer { get; } = outer;
}
