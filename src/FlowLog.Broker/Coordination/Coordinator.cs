using System.Collections.Concurrent;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// The shards of one internal topic that this node leads. Told by the publisher of metadata which partitions are won and lost;
/// asked by handlers to let the right shard decide.
/// </summary>
internal sealed class Coordinator<TShard>(ShardSurroundings around, Func<int, TShard> create)
    where TShard : class, ICoordinatorShard
{
    private readonly ConcurrentDictionary<int, ShardHost<TShard>> _shards = new();

    /// <summary>Partitions led here, loaded or loading, in order.</summary>
    public IReadOnlyList<int> Partitions => [.. _shards.Keys.Order()];

    /// <summary>True if the partition is led here and its shard has been loaded.</summary>
    public bool IsActive(int partition) => _shards.TryGetValue(partition, out var shard) && shard.IsActive;

    /// <summary>Leader epoch of a partition led here, else -1.</summary>
    public int EpochOf(int partition) => _shards.TryGetValue(partition, out var shard) ? shard.LeaderEpoch : -1;

    /// <summary>This node leads <paramref name="partition"/> now: loads its shard in the background.</summary>
    public void Elected(int partition, ICommittedLog log)
    {
        var shard = new ShardHost<TShard>(partition, log, create, around);
        ShardHost<TShard>? former = null;
        _shards.AddOrUpdate(partition, shard, (_, held) =>
        {
            former = held;
            return shard;
        });
        former?.Close();
        around.Background(shard.Load);
    }

    /// <summary>This node leads <paramref name="partition"/> no more, or the partition is gone.</summary>
    public void Resigned(int partition)
    {
        if (_shards.TryRemove(partition, out var shard))
            shard.Close();
    }

    /// <summary>Lets the shard of <paramref name="partition"/> decide; refuses the ticket if it is not here.</summary>
    public void Submit(int partition, Ticket ticket, Func<TShard, Moment, Decision> decide)
    {
        if (_shards.TryGetValue(partition, out var shard))
            shard.Submit(ticket, decide);
        else
            ticket.Refuse(ErrorCode.NotCoordinator);
    }

    /// <summary>Lets the shard of <paramref name="partition"/> decide about something that nobody waits for; nothing happens if it is not here.</summary>
    public void Tell(int partition, Func<TShard, Moment, Decision> decide)
    {
        if (_shards.TryGetValue(partition, out var shard))
            shard.Submit(null, decide);
    }

    /// <summary>
    /// Before the first records of a transaction go to <paramref name="partition"/>: the guard that they must show once the transaction is known to be
    /// open; null if it is already, or if the partition is not here, which their submission will tell.
    /// </summary>
    public VerificationGuard? BeginVerification(int partition, ProducerIdAndEpoch producer, bool isNewProtocol) =>
        _shards.TryGetValue(partition, out var shard) ? shard.BeginVerification(producer, isNewProtocol) : null;

    /// <summary>The node stops.</summary>
    public void Close()
    {
        foreach (var partition in Partitions)
            Resigned(partition);
    }
}
