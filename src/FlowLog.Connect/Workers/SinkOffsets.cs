using FlowLog.Protocol.Identity;

namespace FlowLog.Connect.Workers;

/// <summary>How far a sink task is in each of its partitions: where to start over, what it took, what is committed.</summary>
internal sealed class SinkOffsets
{
    private readonly Dictionary<TopicPartition, long> _start = [];
    private readonly Dictionary<TopicPartition, long> _taken = [];
    private readonly Dictionary<TopicPartition, long> _committed = [];

    /// <summary>Delivery of a partition begins at this offset, whatever was before.</summary>
    public void StartAt(TopicPartition partition, long offset)
    {
        _start[partition] = offset;
        _taken[partition] = offset;
    }

    /// <summary>A record of this offset arrived; if it is the first, delivery began there.</summary>
    public void Meet(TopicPartition partition, long firstOffset) => _start.TryAdd(partition, firstOffset);

    /// <summary>The task took everything before these offsets.</summary>
    public void Taken(IReadOnlyDictionary<TopicPartition, long> next)
    {
        foreach (var (partition, offset) in next)
            _taken[partition] = offset;
    }

    /// <summary>What the task took of these partitions.</summary>
    public Dictionary<TopicPartition, long> TakenOf(IReadOnlyCollection<TopicPartition> partitions)
    {
        var taken = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            if (_taken.TryGetValue(partition, out var offset))
                taken[partition] = offset;
        }

        return taken;
    }

    public bool NeedsCommit(TopicPartition partition, long offset) => !_committed.TryGetValue(partition, out var committed) || committed != offset;

    public void Committed(TopicPartition partition, long offset)
    {
        _committed[partition] = offset;
        _start[partition] = offset;
    }

    /// <summary>Goes back to where everything before is durable; answers with the offsets to continue at.</summary>
    public Dictionary<TopicPartition, long> Rewind(IReadOnlyCollection<TopicPartition> partitions)
    {
        var back = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            if (!_start.TryGetValue(partition, out var offset))
                continue;
            back[partition] = offset;
            _taken[partition] = offset;
        }

        return back;
    }

    public void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _start.Remove(partition);
            _taken.Remove(partition);
            _committed.Remove(partition);
        }
    }
}
