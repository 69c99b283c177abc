using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>Offsets that were committed inside transactions that are still open.</summary>
internal sealed class PendingOffsets
{
    private readonly Dictionary<long, Dictionary<(string Group, TopicPartition Partition), CommittedOffset>> _byProducer = [];

    // How many open transactions hold an offset for a partition; asked for by every fetch that requires stability.
    private readonly Dictionary<(string Group, TopicPartition Partition), int> _holders = [];

    public IEnumerable<long> Producers => _byProducer.Keys;

    public IEnumerable<string> Groups => _holders.Keys.Select(key => key.Group);

    public bool Any(string group, TopicPartition partition) => _holders.ContainsKey((group, partition));

    public bool Any(string group) => _holders.Keys.Any(key => key.Group == group);

    /// <summary>The partitions of a group that open transactions have offsets for.</summary>
    public IEnumerable<TopicPartition> Of(string group) => _holders.Keys.Where(key => key.Group == group).Select(key => key.Partition);

    public void Put(long producerId, string group, TopicPartition partition, CommittedOffset offset)
    {
        if (!_byProducer.TryGetValue(producerId, out var offsets))
            _byProducer[producerId] = offsets = [];

        if (!offsets.ContainsKey((group, partition)))
            _holders[(group, partition)] = _holders.GetValueOrDefault((group, partition)) + 1;

        offsets[(group, partition)] = offset;
    }

    /// <summary>The offset was deleted: no transaction brings it back.</summary>
    public void Remove(string group, TopicPartition partition)
    {
        if (!_holders.Remove((group, partition)))
            return;

        foreach (var (producer, offsets) in _byProducer)
        {
            if (offsets.Remove((group, partition)) && offsets.Count == 0)
                _byProducer.Remove(producer);
        }
    }

    /// <summary>Takes out all that a producer has pending.</summary>
    public IEnumerable<(string Group, TopicPartition Partition, CommittedOffset Offset)> Take(long producerId)
    {
        if (!_byProducer.Remove(producerId, out var offsets))
            return [];

        foreach (var key in offsets.Keys)
        {
            if (--_holders[key] == 0)
                _holders.Remove(key);
        }

        return offsets.Select(entry => (entry.Key.Group, entry.Key.Partition, entry.Value));
    }
}
