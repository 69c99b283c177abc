using System.Collections.Concurrent;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>What writers say of their transactions, held against what readers find.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<(string Writer, int Transaction), Outcome> _outcomes = [];
    private readonly ConcurrentDictionary<string, int> _last = [];

    public int Begun => _outcomes.Count;

    public int Count(Outcome outcome) => _outcomes.Values.Count(told => told == outcome);

    public int Begin(string writer)
    {
        var number = _last.AddOrUpdate(writer, 1, (_, last) => last + 1);
        _outcomes[(writer, number)] = Outcome.Unknown;
        return number;
    }

    /// <summary>As <see cref="Begin(string)"/>, for a writer that numbers its transactions itself.</summary>
    public void Begin(string writer, int number) => _outcomes[(writer, number)] = Outcome.Unknown;

    public void End(string writer, int number, Outcome outcome) => _outcomes[(writer, number)] = outcome;

    /// <summary>Everything that is wrong about what a read_committed reader saw, partition by partition; nothing if all is well.</summary>
    public IEnumerable<string> Faults(IReadOnlyList<IReadOnlyList<Entry>> partitions)
    {
        var read = partitions.SelectMany(partition => partition).ToList();
        foreach (var twice in read.GroupBy(entry => entry).Where(same => same.Count() > 1))
            yield return $"{twice.Key} was read {twice.Count()} times";

        var seen = read.Distinct().GroupBy(entry => (entry.Writer, entry.Transaction)).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var (key, entries) in seen)
        {
            if (entries.Count != entries[0].Count)
                yield return $"{key} is torn: {entries.Count} of {entries[0].Count} records were read; its writer was told '{_outcomes.GetValueOrDefault(key)}'";
            if (!_outcomes.TryGetValue(key, out var outcome) || outcome == Outcome.Aborted)
                yield return $"{key} was read, but it is {(outcome == Outcome.Aborted ? "aborted" : "nobody's")}";
        }

        foreach (var ((writer, number), _) in _outcomes.Where(told => told.Value == Outcome.Committed && !seen.ContainsKey(told.Key)))
            yield return $"({writer}, {number}) is committed, but was not read";

        for (var partition = 0; partition < partitions.Count; partition++)
        {
            foreach (var writer in partitions[partition].GroupBy(entry => entry.Writer))
            {
                foreach (var (before, after) in writer.Zip(writer.Skip(1)).Where(pair => Place(pair.First).CompareTo(Place(pair.Second)) >= 0))
                    yield return $"partition {partition}: {after} was read behind {before}";
            }
        }
    }

    private static (int, int) Place(Entry entry) => (entry.Transaction, entry.Index);
}
