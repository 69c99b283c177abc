using System.Collections.Immutable;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// What is known about a transactional id: its producer, and the transaction that is open, about to end, or ended last. Immutable.
/// </summary>
/// <param name="Id">The transactional id.</param>
/// <param name="ProducerId">The producer that has the id now.</param>
internal sealed record Transaction(string Id, long ProducerId)
{
    public const long NoProducer = -1;
    public const short NoEpoch = -1;

    /// <summary>The largest epoch that a producer is given. One more is kept for fencing its last owner.</summary>
    public const short LastEpoch = short.MaxValue - 1;

    /// <summary>The protocol whose producers get a new epoch with every transaction (KIP-890).</summary>
    public const short EpochBumpingProtocol = 2;

    /// <summary>The producer before the last transition; equal to <see cref="ProducerId"/> unless that transition changed it.</summary>
    public long PreviousProducerId { get; init; } = NoProducer;

    /// <summary>The producer id that takes over when the transaction has ended, because the epochs of this one are used up; else -1.</summary>
    public long NextProducerId { get; init; } = NoProducer;

    /// <summary>-1 before the first producer was initialised.</summary>
    public short Epoch { get; init; } = NoEpoch;

    /// <summary>The epoch that the producer had before it asked for the present one, by which a repeated question is recognised; -1 if there is none. Not in records.</summary>
    public short FormerEpoch { get; init; } = NoEpoch;

    public int TimeoutMs { get; init; }

    public TransactionStatus Status { get; init; } = TransactionStatus.Empty;

    public ImmutableHashSet<TopicPartition> Partitions { get; init; } = [];

    /// <summary>Milliseconds since 1970 at which the first partition was added; -1 if none was.</summary>
    public long StartedAt { get; init; } = -1;

    /// <summary>Milliseconds since 1970 of the last transition.</summary>
    public long UpdatedAt { get; init; } = -1;

    /// <summary>The protocol that the producer spoke when it last changed something: 0, or 2 (<see cref="EpochBumpingProtocol"/>).</summary>
    public short ClientProtocol { get; init; }

    public bool IsEnding => Status is TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort;

    public bool IsIdle => Status is TransactionStatus.Empty or TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort;

    public bool IsCommitted => Status is TransactionStatus.PrepareCommit or TransactionStatus.CompleteCommit;

    public bool BumpsEpochs => ClientProtocol >= EpochBumpingProtocol;

    public bool EpochsAreUsedUp => Epoch >= LastEpoch;

    /// <summary>The producer as the markers of this transaction name it.</summary>
    public ProducerIdAndEpoch Producer => new(ProducerId, Epoch);

    /// <summary>When an open transaction is aborted, in milliseconds since 1970.</summary>
    public long TimesOutAt => StartedAt + TimeoutMs;
}
