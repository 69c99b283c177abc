using System.Collections;

namespace FlowLog.Client.Consuming;

/// <summary>
/// What one poll returned, batch by batch; batches of a partition are in order. Disposing of it disposes of every batch;
/// whoever wants to keep some for longer disposes of each batch instead, when done with it.
/// </summary>
public sealed class PolledBatches : IReadOnlyList<ConsumedBatch>, IDisposable
{
    /// <summary>Nothing arrived.</summary>
    public static PolledBatches Empty { get; } = new([]);

    private readonly List<ConsumedBatch> _batches;

    /// <summary>Collects batches; fakes of <see cref="IConsumer"/> do.</summary>
    public PolledBatches(List<ConsumedBatch> batches) => _batches = batches;

    /// <summary>Number of batches.</summary>
    public int Count => _batches.Count;

    /// <summary>Upper bound of the number of records: what the batches announce, including those before the position.</summary>
    public int RecordCount
    {
        get
        {
            var count = 0;
            foreach (var batch in _batches)
                count += batch.RecordCount;
            return count;
        }
    }

    /// <inheritdoc/>
    public ConsumedBatch this[int index] => _batches[index];

    /// <summary>Enumerates without allocating.</summary>
    public List<ConsumedBatch>.Enumerator GetEnumerator() => _batches.GetEnumerator();

    IEnumerator<ConsumedBatch> IEnumerable<ConsumedBatch>.GetEnumerator() => _batches.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _batches.GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var batch in _batches)
            batch.Dispose();
    }
}
