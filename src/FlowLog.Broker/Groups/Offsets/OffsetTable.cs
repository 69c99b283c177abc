using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>The committed offsets of all groups of a shard. Changed by nothing but records and the ends of transactions.</summary>
internal sealed class OffsetTable
{
    private static readonly Dictionary<TopicPartition, CommittedOffset> s_none = [];

    private readonly Dictionary<string, Dictionary<TopicPartition, CommittedOffset>> _byGroup = new(StringComparer.Ordinal);
    private readonly PendingOffsets _pending = new();

    public IEnumerable<string> Groups => _byGroup.Keys;

    /// <summary>What transactions have yet to decide about.</summary>
    public PendingOffsets Pending => _pending;

    /// <summary>All offsets of a group.</summary>
    public IReadOnlyDictionary<TopicPartition, CommittedOffset> Of(string group) => _byGroup.GetValueOrDefault(group) ?? s_none;

    public CommittedOffset? Find(string group, TopicPartition partition) =>
        _byGroup.GetValueOrDefault(group)?.GetValueOrDefault(partition);

    public void Put(string group, TopicPartition partition, CommittedOffset offset)
    {
        if (!_byGroup.TryGetValue(group, out var offsets))
            _byGroup[group] = offsets = [];

        offsets[partition] = offset;
    }

    public void Remove(string group, TopicPartition partition)
    {
        _pending.Remove(group, partition);
        if (_byGroup.TryGetValue(group, out var offsets) && offsets.Remove(partition) && offsets.Count == 0)
            _byGroup.Remove(group);
    }

    /// <summary>
    /// A transaction ended: what it committed comes into force, unless a later record has overtaken it. The order is that of
    /// the log, where readers of the partition see it too.
    /// </summary>
    public void EndTransaction(long producerId, bool committed)
    {
        foreach (var (group, partition, offset) in _pending.Take(producerId))
        {
            if (committed && (Find(group, partition) is not { } present || present.WrittenAt < offset.WrittenAt))
                Put(group, partition, offset);
        }
    }
}
