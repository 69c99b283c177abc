using System.Text.RegularExpressions;
using FlowLog.Client.Cluster;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming;

/// <summary>
/// Reads records, alone (<see cref="Assign"/>) or as a member of a group (<see cref="Subscribe(IReadOnlyCollection{string}, IRebalanceListener)"/>).
/// <para>
/// One call at a time, from any thread, with two exceptions: <see cref="Wakeup"/>, and reading properties. Fetching and
/// heartbeats go on in the background between polls.
/// </para>
/// </summary>
public interface IConsumer : IAsyncDisposable
{
    /// <summary>Joins the group with these topics, replacing an earlier subscription, at the next poll.</summary>
    void Subscribe(IReadOnlyCollection<string> topics, IRebalanceListener? listener = null);

    /// <summary>Joins the group with all topics whose whole name matches, now and later.</summary>
    void Subscribe(Regex pattern, IRebalanceListener? listener = null);

    /// <summary>Reads exactly these partitions, without group membership, replacing an earlier assignment. Positions of those kept are kept.</summary>
    void Assign(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Leaves the group, or drops the assignment.</summary>
    ValueTask UnsubscribeAsync(CancellationToken cancellation = default);

    /// <summary>Topics subscribed to; empty with manual assignment.</summary>
    IReadOnlyCollection<string> Subscription { get; }

    /// <summary>Partitions being read; for group members those they hold at the moment.</summary>
    IReadOnlyCollection<TopicPartition> Assignment { get; }

    /// <summary>Who this consumer is within its group at this moment.</summary>
    ConsumerGroupMetadata GroupMetadata { get; }

    /// <summary>
    /// Returns what has arrived, waiting up to <paramref name="timeout"/> for something to arrive; an empty result when
    /// nothing did. Runs rebalance listeners and automatic commits. With automatic commits, everything that an earlier
    /// poll returned counts as processed.
    /// </summary>
    /// <exception cref="WakeupException"><see cref="Wakeup"/> was called.</exception>
    /// <exception cref="OffsetOutOfRangeException">There is no position and no policy to find one.</exception>
    ValueTask<PolledBatches> PollAsync(TimeSpan timeout, CancellationToken cancellation = default);

    /// <summary>
    /// All records from here on, one by one, copied out of the buffers: the convenient way, at a few million records a
    /// second. Automatic commits cover a record once the next one is asked for.
    /// </summary>
    IAsyncEnumerable<ConsumedRecord> ConsumeAsync(CancellationToken cancellation = default);

    /// <summary>Ends the wait of a running, or of the next, waiting call with a <see cref="WakeupException"/>. From any thread.</summary>
    void Wakeup();

    /// <summary>Stops handing out records of these partitions; membership and fetched data are kept.</summary>
    void Pause(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Hands out records of these partitions again.</summary>
    void Resume(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Partitions that are paused.</summary>
    IReadOnlyCollection<TopicPartition> Paused { get; }

    /// <summary>Continues at this offset with the next poll.</summary>
    void Seek(TopicPartition partition, long offset);

    /// <summary>Continues at this offset; with the epoch given, a log truncated meanwhile is noticed (KIP-320).</summary>
    void Seek(TopicPartition partition, OffsetAndMetadata position);

    /// <summary>Continues at the oldest records; looked up at the next poll. All assigned partitions when empty.</summary>
    void SeekToBeginning(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Continues at the end; looked up at the next poll. All assigned partitions when empty.</summary>
    void SeekToEnd(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Offset of the next record a poll returns, found out if it is not known yet.</summary>
    ValueTask<long> PositionAsync(TopicPartition partition, CancellationToken cancellation = default);

    /// <summary>Offset of the next record a poll returns, or null when it is not known yet. Does not wait.</summary>
    long? TryGetPosition(TopicPartition partition);

    /// <summary>Records between the position and the end as last told by a fetch, or null when unknown. Does not wait.</summary>
    long? CurrentLag(TopicPartition partition);

    /// <summary>Commits the positions of all assigned partitions.</summary>
    ValueTask CommitAsync(CancellationToken cancellation = default);

    /// <summary>Commits these positions; retries until they are stored or the group has moved on.</summary>
    /// <exception cref="FlowLogException">Codes IllegalGeneration, UnknownMemberId, RebalanceInProgress: the partitions may belong to others by now.</exception>
    ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation = default);

    /// <summary>What the group has committed; null for partitions without commit.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default);

    /// <summary>Oldest offset of each partition.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, long>> BeginningOffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default);

    /// <summary>End of each partition under this consumer's isolation level: the offset of the next record to appear.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, long>> EndOffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default);

    /// <summary>First record at or after each timestamp (milliseconds since 1970); null when there is none.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndTimestamp?>> OffsetsForTimesAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, CancellationToken cancellation = default);

    /// <summary>The topic's partitions; empty when it does not exist.</summary>
    ValueTask<IReadOnlyList<PartitionMetadata>> PartitionsForAsync(string topic, CancellationToken cancellation = default);

    /// <summary>Asks the group for a new assignment at the next poll, although nothing has changed.</summary>
    void EnforceRebalance(string? reason = null);

    /// <summary>Commits if automatic, revokes, leaves the group as asked, and frees everything.</summary>
    ValueTask CloseAsync(CloseOptions? options = null, CancellationToken cancellation = default);
}
