namespace FlowLog.Connect;

/// <summary>Parts of a configuration.</summary>
internal static class Prefixed
{
    /// <summary>The entries whose name begins with the prefix, without it.</summary>
    public static Dictionary<string, string> Under(IReadOnlyDictionary<string, string> properties, string prefix)
    {
        var part = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties)
        {
            if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
                part[name[prefix.Length..]] = value;
        }

        return part;
    }
}
