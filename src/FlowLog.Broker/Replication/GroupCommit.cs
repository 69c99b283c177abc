using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Replication;

/// <summary>
/// Makes appended data durable for everybody who waits for it, with one <c>fdatasync</c> per partition however many wait: what is appended while one runs
/// is covered by the next. A few workers, because one slow partition must not hold up the others. Each is a thread of its own, which answers whom it has made wait.
/// </summary>
internal sealed class GroupCommit
{
    /// <summary>Syncs that may run at a time.</summary>
    public const int Workers = 4;

    private readonly HandOff<PartitionLeader> _dirty = new();

    /// <summary>Starts the workers.</summary>
    public void Start(Supervisor supervisor)
    {
        var hasThreads = SynchronizationContext.Current is not LoopContext;
        for (var worker = 0; worker < Workers; worker++)
        {
            if (hasThreads)
                supervisor.RunOnThread($"sync {worker}", cancellation => _dirty.Serve(Sync, cancellation));
            else
                supervisor.Run($"sync {worker}", cancellation => _dirty.ServeAsync(Sync, cancellation));
        }
    }

    /// <summary>Asks for a sync of what the partition has by now. Never blocks; asking again while it waits costs nothing.</summary>
    public void Request(PartitionLeader partition)
    {
        if (partition.Sync.Ask())
            _dirty.Add(partition);
    }

    /// <summary>Syncs until nobody waits any more.</summary>
    internal void SyncRequested()
    {
        while (_dirty.TryTake(out var partition))
            Sync(partition);
    }

    private void Sync(PartitionLeader partition)
    {
        partition.Sync.Begin();
        try
        {
            partition.SyncNow();
        }
        catch
        {
            // Whoever throws when called back costs this worker its run, but nobody else who waits for the partition his answer.
            partition.Sync.Ask();
            throw;
        }
        finally
        {
            if (partition.Sync.End())
                _dirty.Add(partition);
        }
    }
}
