namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>What became of a transaction, as its program was told.</summary>
internal enum Outcome
{
    /// <summary>It was killed or refused in between: either is right, but wholly.</summary>
    Unknown,

    /// <summary>The commit succeeded.</summary>
    Committed,

    /// <summary>The abort succeeded.</summary>
    Aborted,
}

/// <summary>
/// The transactions of copiers, which write every number they read to each partition of another topic, and what readers of committed records found there.
/// </summary>
internal sealed class Attempts(int partitions)
{
    private readonly List<(int Records, Outcome Outcome)> _attempts = [];

    public const string Topic = "copies";

    public int Partitions { get; } = partitions;

    /// <summary>How many there have been with an outcome.</summary>
    public int Count(Outcome outcome) => _attempts.Count(attempt => attempt.Outcome == outcome);

    /// <summary>The number of the transaction that begins.</summary>
    public int Begin()
    {
        _attempts.Add((0, Outcome.Unknown));
        return _attempts.Count - 1;
    }

    public void Write(int attempt) => _attempts[attempt] = (_attempts[attempt].Records + 1, Outcome.Unknown);

    public void End(int attempt, Outcome outcome) => _attempts[attempt] = _attempts[attempt] with { Outcome = outcome };

    /// <summary>A reader of committed records found something of a transaction.</summary>
    public void See(int attempt)
    {
        if (_attempts[attempt].Outcome == Outcome.Aborted)
            throw new InvariantException($"a reader of committed records was given something of transaction {attempt}, which was aborted");
    }

    /// <summary>Judges what is there in the end: all or nothing of each transaction, and each original once, in order, in each partition.</summary>
    public void Judge(IReadOnlyList<Copy>[] stored, IReadOnlyList<(long Offset, int Number)>[] originals)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            JudgeTransactions(partition, stored[partition].GroupBy(copy => copy.Attempt).ToDictionary(group => group.Key, group => group.Count()));
            for (var origin = 0; origin < originals.Length; origin++)
                JudgeNumbers(partition, origin, [.. stored[partition].Where(copy => copy.Origin == origin).Select(copy => copy.Number)], [.. originals[origin].Select(record => record.Number)]);
        }
    }

    private void JudgeTransactions(int partition, IReadOnlyDictionary<int, int> found)
    {
        for (var attempt = 0; attempt < _attempts.Count; attempt++)
        {
            var (records, outcome) = _attempts[attempt];
            var there = found.GetValueOrDefault(attempt) * Partitions;
            if (there != records && (outcome == Outcome.Committed || there != 0))
                throw new InvariantException($"of transaction {attempt} ({outcome}), which wrote {records} records in all, partition {partition} of the copies holds {there / Partitions}");
        }
    }

    private static void JudgeNumbers(int partition, int origin, List<int> copied, List<int> originals)
    {
        if (!copied.SequenceEqual(originals))
        {
            throw new InvariantException(
                $"partition {partition} of the copies does not hold what lies in partition {origin} of the originals, once and in order.\n  originals: {string.Join(' ', originals)}\n  copies:    {string.Join(' ', copied)}");
        }
    }
}

/// <summary>A record of the copies.</summary>
/// <param name="Attempt">The transaction that wrote it.</param>
/// <param name="Origin">The partition that it was read from.</param>
/// <param name="Number">What was read.</param>
internal readonly record struct Copy(int Attempt, int Origin, int Number);
