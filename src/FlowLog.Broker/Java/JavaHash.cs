namespace FlowLog.Broker.Java;

/// <summary>What Java's <c>hashCode</c> says of a text.</summary>
internal static class JavaHash
{
    /// <summary>The sum of the UTF-16 units, each times 31 to the power of how many follow it, in 32 bits.</summary>
    public static int Of(string text)
    {
        var hash = 0;
        foreach (var unit in text)
            hash = unchecked((31 * hash) + unit);

        return hash;
    }
}
