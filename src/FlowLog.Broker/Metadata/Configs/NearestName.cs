namespace FlowLog.Broker.Metadata.Configs;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>The closest of <paramref name="names"/> by edit distance; null when nothing is close enough to be a slip of the pen.</summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        string? best = null;
        var limit = Math.Max(2, written.Length / 3) + 1;
        foreach (var name in names)
        {
            if (Math.Abs(name.Length - written.Length) >= limit)
                continue;
            var distance = Distance(written, name);
            if (distance < limit)
                (best, limit) = (name, distance);
        }

        return best;
    }

    private static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Span<int> row = right.Length < 256 ? stackalloc int[right.Length + 1] : new int[right.Length + 1];
        for (var column = 0; column < row.Length; column++)
            row[column] = column;
        for (var line = 1; line <= left.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.Length; column++)
            {
                var replaced = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(diagonal, row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
