using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing;

/// <summary>
/// Sends records. Thread-safe. Records of one partition are stored in the order of the calls that accepted them.
/// <para>
/// Three ways to send, all copying the record into a batch before they return: <see cref="TryProduce"/> never waits and
/// allocates nothing; <see cref="ProduceAsync"/> waits for space if it must and completes when the record is
/// <em>accepted</em>; <see cref="SendAsync"/> completes when it is <em>delivered</em>.
/// </para>
/// </summary>
public interface IProducer : IAsyncDisposable
{
    /// <summary>
    /// Accepts a record if the topic's metadata is known and there is buffer space, otherwise returns false: await
    /// <see cref="WaitToProduceAsync"/> and try again.
    /// </summary>
    /// <param name="record">The record; its memory is free again when the call returns.</param>
    /// <param name="handler">Told what became of the record; may be null.</param>
    /// <param name="state">Handed to <paramref name="handler"/>.</param>
    /// <exception cref="FlowLogException">The record is larger than <c>max.request.size</c>, its partition does not exist, or the producer is fenced or disposed.</exception>
    bool TryProduce(in OutgoingRecord record, DeliveryHandler? handler = null, object? state = null);

    /// <summary>Completes when <see cref="TryProduce"/> for this topic is worth trying.</summary>
    /// <exception cref="FlowLogException">The topic does not exist, or <c>max.block.ms</c> has passed.</exception>
    ValueTask WaitToProduceAsync(string topic, CancellationToken cancellation = default);

    /// <summary>Completes when the record is accepted, which is at once unless buffers are full or the topic is new to the producer.</summary>
    ValueTask ProduceAsync(in OutgoingRecord record, DeliveryHandler? handler = null, object? state = null, CancellationToken cancellation = default);

    /// <summary>Completes when the record is acknowledged.</summary>
    /// <remarks>The token ends the wait for acceptance; an accepted record is sent whatever the token says.</remarks>
    /// <exception cref="FlowLogException">The record was not delivered.</exception>
    ValueTask<DeliveryReport> SendAsync(in OutgoingRecord record, CancellationToken cancellation = default);

    /// <summary>Sends everything accepted before the call, without lingering, and completes when each record is delivered or has failed.</summary>
    ValueTask FlushAsync(CancellationToken cancellation = default);

    /// <summary>The topic's partitions as last heard; asks the cluster when the topic is unknown.</summary>
    ValueTask<IReadOnlyList<PartitionMetadata>> PartitionsForAsync(string topic, CancellationToken cancellation = default);

    /// <summary>
    /// Registers the transactional id, fences earlier producers with the same id and ends what they left open. Once, before
    /// the first transaction.
    /// </summary>
    ValueTask InitTransactionsAsync(CancellationToken cancellation = default);

    /// <summary>Starts a transaction; everything sent from here belongs to it.</summary>
    void BeginTransaction();

    /// <summary>Commits consumed offsets with the transaction: they become visible together with its records.</summary>
    /// <param name="offsets">Offset of the next record per partition.</param>
    /// <param name="group">From <see cref="IConsumer.GroupMetadata"/>; a member that was replaced meanwhile is fenced by it.</param>
    /// <param name="cancellation">Ends the wait, not the transaction.</param>
    ValueTask SendOffsetsToTransactionAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group, CancellationToken cancellation = default);

    /// <summary>Flushes, then commits. Throws, without having committed, when any record of the transaction failed.</summary>
    /// <exception cref="FencedException">Another producer has taken over the transactional id.</exception>
    ValueTask CommitTransactionAsync(CancellationToken cancellation = default);

    /// <summary>Drops what has not been sent and aborts the transaction.</summary>
    ValueTask AbortTransactionAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Disposes of the producer, and gives up after a time what has not been delivered: its senders are told. Disposing without a limit waits for as long as
    /// <c>delivery.timeout.ms</c> allows. An open transaction is aborted, as far as the time allows.
    /// </summary>
    ValueTask CloseAsync(TimeSpan timeout);
}
