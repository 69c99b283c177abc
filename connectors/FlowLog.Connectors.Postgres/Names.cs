namespace FlowLog.Connectors.Postgres;

/// <summary>Writes names into SQL.</summary>
internal sealed class Names(IdentifierQuoting quoting)
{
    /// <summary>Whether two names mean the same.</summary>
    public StringComparer Comparer { get; } = quoting == IdentifierQuoting.Always ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    public string Quote(string name) =>
        quoting == IdentifierQuoting.Never ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The table of a topic, as SQL names it: what stands before a dot is its schema.</summary>
    public string Table(string format, string topic) =>
        string.Join('.', format.Replace("${topic}", topic, StringComparison.Ordinal).Split('.').Select(Quote));
}
