namespace FlowLog.Broker.Groups;

/// <summary>What ids of groups and members may be.</summary>
internal static class Ids
{
    // As Java trims texts: every character up to the blank, control characters with it.
    private static readonly string s_blanks = string.Concat(Enumerable.Range(0, ' ' + 1).Select(code => (char)code));

    /// <summary>True if nothing is left of <paramref name="id"/> without the blanks around it.</summary>
    public static bool IsBlank(string id) => id.AsSpan().TrimStart(s_blanks).IsEmpty;
}
