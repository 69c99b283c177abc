using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming;

/// <summary>
/// Told about changes of a group consumer's assignment, from inside <see cref="IConsumer.PollAsync"/> (or unsubscribing and
/// closing), never concurrently with it. Heartbeats go on meanwhile; the rebalance waits, up to <c>max.poll.interval.ms</c>.
/// An exception comes out of that call.
/// </summary>
public interface IRebalanceListener
{
    /// <summary>Partitions were added; their positions are not fetched yet, so <see cref="IConsumer.Seek(TopicPartition, long)"/> decides. May be empty.</summary>
    ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation);

    /// <summary>Partitions are about to be given up, and commits for them still succeed.</summary>
    ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> revoked, CancellationToken cancellation);

    /// <summary>Partitions have already gone to somebody else, or may have: commits for them fail.</summary>
    ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> lost, CancellationToken cancellation) => OnRevokedAsync(lost, cancellation);
}
