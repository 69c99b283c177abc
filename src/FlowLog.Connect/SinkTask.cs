using System.Collections.Frozen;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect;

/// <summary>What a sink task may use of the worker that runs it.</summary>
public interface ISinkTaskContext
{
    /// <summary>The task.</summary>
    ConnectorTaskId Id { get; }

    /// <summary>Time and timers.</summary>
    TimeProvider Clock { get; }

    /// <summary>A log that names the task.</summary>
    ILogger Log { get; }

    /// <summary>The partitions that the task reads now.</summary>
    IReadOnlyCollection<TopicPartition> Assignment { get; }

    /// <summary>Whether a record may be given to <see cref="ReportAsync"/> and the rest of its batch written: errors are tolerated.</summary>
    bool ToleratesErrors { get; }

    /// <summary>Hands over a record that cannot be written: to the dead letter queue if there is one. Fails the task where errors are not tolerated.</summary>
    ValueTask ReportAsync(SinkRecord record, Exception why, CancellationToken cancellation);

    /// <summary>Stops delivery from these partitions.</summary>
    void Pause(params IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Starts delivery from these partitions again.</summary>
    void Resume(params IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Delivers again from this offset, or skips to it, before the next batch.</summary>
    void Seek(TopicPartition partition, long offset);

    /// <summary>Asks for a flush after the current batch, rather than at the next interval.</summary>
    void RequestFlush();
}

/// <summary>Writes to the outside world. One instance lives as long as one run of its task; its methods are called one at a time.</summary>
public abstract class SinkTask : IAsyncDisposable
{
    /// <summary>Nothing to say about any partition.</summary>
    protected static IReadOnlyDictionary<TopicPartition, long> NoOffsets { get; } = FrozenDictionary<TopicPartition, long>.Empty;

    /// <summary>Called once, before any partition is opened: connect here.</summary>
    public virtual ValueTask StartAsync(ISinkTaskContext context, CancellationToken cancellation) => default;

    /// <summary>Partitions that will be delivered from now on.</summary>
    public virtual ValueTask OpenAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation) => default;

    /// <summary>
    /// For sinks that keep the position with the data: the next offset wanted from each of the partitions, as far as known. What is
    /// named here wins over what the consumer group has stored. Called after <see cref="OpenAsync"/>.
    /// </summary>
    public virtual ValueTask<IReadOnlyDictionary<TopicPartition, long>> RecoverAsync(
        IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation) => new(NoOffsets);

    /// <summary>
    /// Takes records, in order within each partition; may be given none, so that a sink that writes by the clock gets its turn. What is
    /// not written when it returns must be by the next <see cref="FlushAsync"/>. A <see cref="RetriableException"/> makes the runtime
    /// deliver the same records again.
    /// </summary>
    public abstract ValueTask WriteAsync(IReadOnlyList<SinkRecord> records, CancellationToken cancellation);

    /// <summary>
    /// Makes durable what was taken. Answers with the next offset of each partition up to which everything is durable; partitions that
    /// are left out are not committed.
    /// </summary>
    /// <param name="taken">The next offset of each partition after everything handed over so far.</param>
    /// <param name="cancellation">Fires when the worker does not wait any longer.</param>
    public virtual ValueTask<IReadOnlyDictionary<TopicPartition, long>> FlushAsync(
        IReadOnlyDictionary<TopicPartition, long> taken, CancellationToken cancellation) => new(taken);

    /// <summary>Partitions that will not be delivered any longer, already flushed unless <paramref name="lost"/>.</summary>
    /// <param name="removed">The partitions.</param>
    /// <param name="lost">Whether another task may already have them: write nothing more for them.</param>
    /// <param name="cancellation">Fires when the worker does not wait any longer.</param>
    public virtual ValueTask CloseAsync(IReadOnlyCollection<TopicPartition> removed, bool lost, CancellationToken cancellation) => default;

    /// <summary>Called once when the run ends, however it ends.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
