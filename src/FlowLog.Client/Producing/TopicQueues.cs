using FlowLog.Client.Cluster;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;

namespace FlowLog.Client.Producing;

/// <summary>
/// The queues of one topic, and the partition that records without a key stick to: one batch's worth, then another at random
/// (KIP-794), so that batches are full and partitions even.
/// </summary>
internal sealed class TopicQueues(string topic, int stickyBytes, IRandomness random, Func<TopicPartition, PartitionQueue> create)
{
    private readonly Lock _gate = new();
    private PartitionQueue[] _queues = [];
    private int[] _available = [];
    private int _sticky = -1;
    private int _stickyLeft;

    public string Topic => topic;

    public PartitionQueue[] Queues => Volatile.Read(ref _queues);

    /// <summary>Takes over what is known of the topic. Partitions never become fewer.</summary>
    public void Update(TopicMetadata metadata)
    {
        lock (_gate)
        {
            var queues = _queues;
            if (metadata.Partitions.Count > queues.Length)
            {
                var known = queues.Length;
                Array.Resize(ref queues, metadata.Partitions.Count);
                for (var index = known; index < queues.Length; index++)
                    queues[index] = create(new TopicPartition(topic, index));
                Volatile.Write(ref _queues, queues);
            }

            _available = [.. metadata.Partitions.Where(partition => partition.HasLeader).Select(partition => partition.Partition)];
            if (_available.Length == 0)
                _available = [.. Enumerable.Range(0, queues.Length)];
        }
    }

    /// <summary>
    /// The partition for a record that does not mind. Only every batch's worth takes the lock; records of other threads may meanwhile go where the
    /// former ones went, which is as good.
    /// </summary>
    public int Stick(int recordSize)
    {
        var sticky = Volatile.Read(ref _sticky);
        if (sticky >= 0 && Interlocked.Add(ref _stickyLeft, -recordSize) > -recordSize)
            return sticky;

        lock (_gate)
        {
            if (_sticky < 0 || Volatile.Read(ref _stickyLeft) <= 0)
            {
                Volatile.Write(ref _sticky, Another());
                Volatile.Write(ref _stickyLeft, stickyBytes - recordSize);
            }

            return _sticky;
        }
    }

    private int Another()
    {
        if (_available.Length == 1)
            return _available[0];

        int chosen;
        do
            chosen = _available[random.NextInt32(_available.Length)];
        while (chosen == _sticky);
        return chosen;
    }
}
