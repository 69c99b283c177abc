using Microsoft.Extensions.Logging;

namespace FlowLog.Connect;

/// <summary>Where a source stands in one of its parts: in a file, a table, a log.</summary>
/// <param name="Partition">Names the part; a flat map of texts, numbers and booleans.</param>
/// <param name="Offset">Where it stands; a flat map likewise. Whole numbers come back from Kafka as <see cref="long"/>.</param>
public sealed record SourcePosition(IReadOnlyDictionary<string, object?> Partition, IReadOnlyDictionary<string, object?> Offset);

/// <summary>Where a batch stands towards the transactions of its source.</summary>
public enum BatchBoundary
{
    /// <summary>The batch is whole: it may be made visible.</summary>
    Commit,

    /// <summary>More of the same transaction follows.</summary>
    Open,

    /// <summary>What came since the last boundary is void.</summary>
    Abort,
}

/// <summary>Records that a source read, and where it stands once they are in Kafka.</summary>
/// <param name="Records">In the order in which they are to be written.</param>
/// <param name="Positions">Stored when all records of this batch, and of every batch before it, are durable in Kafka; also when there are no records.</param>
/// <param name="Boundary">Default <see cref="BatchBoundary.Commit"/>.</param>
public sealed record SourceBatch(
    IReadOnlyList<SourceRecord> Records, IReadOnlyList<SourcePosition> Positions, BatchBoundary Boundary = BatchBoundary.Commit);

/// <summary>What a source task may use of the worker that runs it.</summary>
public interface ISourceTaskContext
{
    /// <summary>The task.</summary>
    ConnectorTaskId Id { get; }

    /// <summary>Time and timers.</summary>
    TimeProvider Clock { get; }

    /// <summary>A log that names the task.</summary>
    ILogger Log { get; }

    /// <summary>Where this part of the source stood when it was last stored; null for a part that is new.</summary>
    ValueTask<IReadOnlyDictionary<string, object?>?> ReadOffsetAsync(
        IReadOnlyDictionary<string, object?> partition, CancellationToken cancellation);
}

/// <summary>Reads from the outside world. One instance lives as long as one run of its task.</summary>
public abstract class SourceTask : IAsyncDisposable
{
    /// <summary>
    /// Reads until it is cancelled, or until there is nothing more to read ever. The runtime asks for the next batch when it has room for
    /// it, and does not ask while the task is paused. A batch may be empty; wait inside rather than give empty batches in a row.
    /// A <see cref="RetriableException"/> starts the reading anew from the stored offsets, after a pause.
    /// </summary>
    public abstract IAsyncEnumerable<SourceBatch> ReadAsync(ISourceTaskContext context, CancellationToken cancellation);

    /// <summary>Told after positions were stored durably: the moment to acknowledge towards the source. Never called before the records are in Kafka.</summary>
    public virtual ValueTask StoredAsync(IReadOnlyList<SourcePosition> positions, CancellationToken cancellation) => default;

    /// <summary>Called once when the run ends, however it ends.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
