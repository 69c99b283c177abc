namespace FlowLog.Client;

internal static class NearestName
{
    /// <summary>The candidate with the fewest edits to <paramref name="name"/>, or null when nothing is close (a third of its length).</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        var (best, distance) = ((string?)null, Math.Max(2, name.Length / 3) + 1);
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
            if (Edits(name, candidate) is var edits && edits < distance)
                (best, distance) = (candidate, edits);

        return best;
    }

    private static int Edits(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        var current = new int[to.Length + 1];
        for (var i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }

        return previous[^1];
    }
}
