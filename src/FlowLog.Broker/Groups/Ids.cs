namespace FlowLog.Broker.Groups;

/// <summary>What ids of groups and members may be.</summary>
internal static class Ids
{
    /// <summary>True if nothing is left of <paramref name="id"/> without the blanks around it, which to Kafka are the characters up to the blank itself.</summary>
    public static bool IsBlank(string id) => id.AsSpan().TrimStart(Blanks).IsEmpty;

    private static readonly string Blanks = string.Concat(Enumerable.Range(0, ' ' + 1).Select(code => (char)code));
}
