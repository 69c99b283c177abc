namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// The steps of the probe in which FlowLog answers otherwise than Apache Kafka, or not yet, each with a reason. A line is <c>scenario | steps | reason</c>. The list only shrinks: what differs and
/// is not in it fails, and so does what is in it and does not differ any more.
/// </summary>
internal sealed record KnownDifferences(IReadOnlyList<KnownDifferences.Entry> Entries)
{
    internal sealed record Entry(string Scenario, string Steps, string Reason)
    {
        public IEnumerable<ProbeStep> Expanded => StepNames.Expand(Steps).Select(step => new ProbeStep(Scenario, step));

        public override string ToString() => $"{Scenario} | {Steps} | {Reason}";
    }

    public static KnownDifferences Parse(IEnumerable<string> lines)
    {
        var entries = new List<Entry>();
        foreach (var line in lines.Where(line => line.Trim() is [not '#', ..]))
        {
            if (line.Split('|', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } scenario, { Length: > 0 } steps, { Length: > 0 } reason])
                throw new FormatException($"A line is 'scenario | steps | reason', and this is none: {line}");

            entries.Add(new Entry(scenario, steps, reason));
        }

        return new KnownDifferences(entries);
    }

    /// <summary>Those that were to differ and do not.</summary>
    public IReadOnlyList<ProbeStep> Vanished(IReadOnlySet<ProbeStep> differing) => [.. Entries.SelectMany(entry => entry.Expanded).Where(step => !differing.Contains(step))];

    /// <summary>Those that differ and were not to.</summary>
    public IReadOnlyList<ProbeStep> Unknown(IReadOnlySet<ProbeStep> differing)
    {
        var known = Entries.SelectMany(entry => entry.Expanded).ToHashSet();
        return [.. differing.Where(step => !known.Contains(step))];
    }

    /// <summary>The same list without what has vanished.</summary>
    public IEnumerable<Entry> Shrunk(IReadOnlySet<ProbeStep> differing) =>
        from entry in Entries
        let left = entry.Expanded.Where(differing.Contains).Select(step => step.Step).ToArray()
        where left.Length > 0
        select entry with { Steps = StepNames.Shorten(left) };
}
