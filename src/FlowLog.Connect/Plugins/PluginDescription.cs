namespace FlowLog.Connect.Plugins;

/// <summary>A class that configurations can name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Names">Its full names, the shown one first.</param>
/// <param name="Version">Its version.</param>
/// <param name="Create">Makes an instance that is not configured yet.</param>
public sealed record PluginDescription(PluginKind Kind, IReadOnlyList<string> Names, string Version, Func<object> Create)
{
    /// <summary>The name that is shown.</summary>
    public string Name => Names[0];

    /// <summary>Whether it is a connector.</summary>
    public bool IsConnector => Kind is PluginKind.Source or PluginKind.Sink;

    /// <summary>Every name under which it is found: the full ones, and what is left of them without namespace and suffix.</summary>
    internal IEnumerable<string> AllNames()
    {
        foreach (var name in Names)
        {
            yield return name;

            var simple = name[(name.LastIndexOf('.') + 1)..];
            yield return simple;

            if (simple.Length > Kind.Suffix().Length && simple.EndsWith(Kind.Suffix(), StringComparison.Ordinal))
                yield return simple[..^Kind.Suffix().Length];
        }
    }
}
