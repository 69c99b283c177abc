using System.Threading.Channels;

namespace FlowLog.Broker.Replication;

/// <summary>
/// Makes appended data durable for everybody who waits for it, with one <c>fdatasync</c> per partition however many wait: what is appended while one runs
/// is covered by the next. A few workers, because one slow partition must not hold up the others.
/// </summary>
internal sealed class GroupCommit
{
    /// <summary>Syncs that may run at a time.</summary>
    public const int Workers = 4;

    private readonly Channel<PartitionLeader> _dirty = Channel.CreateUnbounded<PartitionLeader>();

    /// <summary>Asks for a sync of what the partition has by now. Never blocks; asking again while it waits costs nothing.</summary>
    public void Request(PartitionLeader partition)
    {
        if (partition.Sync.Ask())
            _dirty.Writer.TryWrite(partition);
    }

    /// <summary>One worker.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await _dirty.Reader.WaitToReadAsync(cancellation))
            SyncRequested();
    }

    /// <summary>Syncs until nobody waits any more.</summary>
    internal void SyncRequested()
    {
        while (_dirty.Reader.TryRead(out var partition))
        {
            partition.Sync.Begin();
            partition.SyncNow();
            if (partition.Sync.End())
                _dirty.Writer.TryWrite(partition);
        }
    }
}
