using FlowLog.Protocol.Identity;

namespace FlowLog.Streams.Tasks;

/// <summary>
/// The inputs of a task. The next record is the one with the smallest time among the heads of the partitions; inside a partition the order is that of the offsets.
/// With a partition empty it waits as long as more is on the way there, and then as long as the application says.
/// </summary>
internal sealed class PartitionGroup(IReadOnlyList<RecordQueue> queues, TimeSpan? maxIdle, Func<TopicPartition, long?> lag)
{
    private readonly Dictionary<TopicPartition, long> _idleSince = [];

    public IReadOnlyList<RecordQueue> Queues => queues;

    /// <summary>The queue to take the next record from, or null when there is none or it is better to wait.</summary>
    public RecordQueue? Next(long nowMs)
    {
        RecordQueue? next = null;
        var smallest = long.MaxValue;
        var isAnyEmpty = false;
        foreach (var queue in queues)
        {
            if (!queue.TryPeek(out var time))
            {
                isAnyEmpty = true;
            }
            else if (next is null || time < smallest)
            {
                next = queue;
                smallest = time;
            }
        }

        if (!isAnyEmpty)
            _idleSince.Clear();

        return next is null || (isAnyEmpty && MustWait(nowMs)) ? null : next;
    }

    // An empty partition is not one that is caught up: that is known only once a fetch has told its end.
    private bool MustWait(long nowMs)
    {
        if (maxIdle is not { } patience)
            return false;

        var waits = false;
        foreach (var queue in queues)
        {
            if (queue.Count > 0)
                continue;

            if (lag(queue.Partition) is not 0)
            {
                _idleSince.Remove(queue.Partition);
                waits = true;
            }
            else if (patience > TimeSpan.Zero)
            {
                _idleSince.TryAdd(queue.Partition, nowMs);
                waits |= nowMs - _idleSince[queue.Partition] < patience.TotalMilliseconds;
            }
        }

        return waits;
    }
}
