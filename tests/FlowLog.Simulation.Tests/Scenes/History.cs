namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>
/// What the programs of a run were told: which records they sent, which were acknowledged, what they read and what they committed. Whatever contradicts an
/// earlier line is thrown at once, everything else is judged at the end.
/// </summary>
internal sealed class History(int partitions)
{
    public const int PerProducer = 100_000;

    private readonly Dictionary<(int Partition, long Offset), int> _seen = [];

    public int Partitions { get; } = partitions;

    /// <summary>Numbers by partition, in the order of sending; those of a producer lie between its multiple of <see cref="PerProducer"/> and the next.</summary>
    public List<int>[] Sent { get; } = [.. Enumerable.Range(0, partitions).Select(_ => new List<int>())];

    /// <summary>Numbers that were acknowledged, with their offsets (-1 when the broker no longer knew).</summary>
    public Dictionary<int, (int Partition, long Offset)> Acknowledged { get; } = [];

    /// <summary>What any consumer was given.</summary>
    public IReadOnlyDictionary<(int Partition, long Offset), int> Seen => _seen;

    /// <summary>What the group's members have processed.</summary>
    public HashSet<(int Partition, long Offset)> Processed { get; } = [];

    /// <summary>The highest position by partition that was committed with success.</summary>
    public long[] Committed { get; } = new long[partitions];

    public void Send(int partition, int number) => Sent[partition].Add(number);

    public void Acknowledge(int number, int partition, long offset)
    {
        if (!Acknowledged.TryAdd(number, (partition, offset)))
            throw new InvariantException($"record {number} was acknowledged twice: at {Acknowledged[number]} and at {(partition, offset)}");
    }

    public void See(int partition, long offset, int number)
    {
        if (!_seen.TryAdd((partition, offset), number) && _seen[(partition, offset)] != number)
            throw new InvariantException($"offset {offset} of partition {partition} held record {_seen[(partition, offset)]} for one reader and holds {number} for another");
    }

    public void Process(int partition, long offset) => Processed.Add((partition, offset));

    public void Commit(int partition, long position) => Committed[partition] = Math.Max(Committed[partition], position);

    /// <summary>Judges what is stored in the end, read from the start of each partition by somebody new.</summary>
    public void Judge(IReadOnlyList<(long Offset, int Number)>[] stored)
    {
        for (var partition = 0; partition < Partitions; partition++)
            JudgePartition(partition, stored[partition]);

        foreach (var (number, (partition, offset)) in Acknowledged.Where(record => record.Value.Offset >= 0))
        {
            if (stored[partition][(int)offset].Number is var there && there != number)
                throw new InvariantException($"record {number} was acknowledged at offset {offset} of partition {partition}, where {there} lies");
        }

        foreach (var ((partition, offset), number) in _seen)
        {
            if (offset >= stored[partition].Count || stored[partition][(int)offset].Number != number)
                throw new InvariantException($"record {number} was read at offset {offset} of partition {partition} and is not there any more");
        }
    }

    /// <summary>Judges what a group has processed, once it has committed the ends of all partitions: nothing may be missing.</summary>
    public void JudgeProcessed()
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var missing = Enumerable.Range(0, Sent[partition].Count).Where(offset => !Processed.Contains((partition, offset))).ToList();
            if (missing.Count > 0)
                throw new InvariantException($"the group never processed {string.Join(' ', missing)} of partition {partition}, and has committed its end");
        }
    }

    // Everything was acknowledged by then, so that nothing less than all that was sent will do: each once, in the order of sending, without holes.
    private void JudgePartition(int partition, IReadOnlyList<(long Offset, int Number)> stored)
    {
        var numbers = stored.Select(record => record.Number).ToList();
        if (!stored.Select(record => record.Offset).SequenceEqual(Enumerable.Range(0, stored.Count).Select(offset => (long)offset)))
            throw new InvariantException($"partition {partition} has holes: {string.Join(' ', stored.Select(record => record.Offset))}");

        if (numbers.Order().SequenceEqual(Sent[partition].Order()) && OrderOf(numbers).SequenceEqual(OrderOf(Sent[partition])))
            return;

        var missing = Sent[partition].Where(number => Acknowledged.ContainsKey(number)).Except(numbers).ToList();
        var doubled = numbers.GroupBy(number => number).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        throw new InvariantException(
            $"partition {partition} does not hold what was sent.\n  acknowledged and missing: {string.Join(' ', missing)}\n  stored more than once: {string.Join(' ', doubled)}"
            + $"\n  sent:   {string.Join(' ', Sent[partition])}\n  stored: {string.Join(' ', numbers)}");
    }

    // Nothing is promised about the order between producers.
    private static IEnumerable<int> OrderOf(IEnumerable<int> numbers) => numbers.OrderBy(number => number / PerProducer);
}
