using System.Text;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Workers;

/// <summary>A batch on its way to Kafka: counts what is not acknowledged yet. Thread-safe.</summary>
internal sealed class Submission
{
    private int _outstanding;

    public bool IsAcknowledged => Volatile.Read(ref _outstanding) == 0;

    /// <summary>One more record is about to be submitted, or the batch as a whole has begun.</summary>
    public void Add() => Interlocked.Increment(ref _outstanding);

    /// <summary>A record was acknowledged or skipped, or the batch has been submitted as a whole.</summary>
    public void Done() => Interlocked.Decrement(ref _outstanding);
}

/// <summary>
/// Which positions of a source may be stored: those of batches whose records, and the records of all earlier batches of the same part,
/// Kafka has acknowledged. A slow part of the source holds back nobody but itself. Thread-safe.
/// </summary>
internal sealed class SubmittedBatches
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<(Submission Submission, SourcePosition Position)>> _byPart = new(StringComparer.Ordinal);
    private Submission? _withoutPosition;

    /// <summary>Begins a batch, which stays unacknowledged until <see cref="Submission.Done"/> is called once for the batch and once for each record.</summary>
    public Submission Begin(SourceBatch batch)
    {
        var positions = batch.Boundary == BatchBoundary.Open ? [] : batch.Positions;
        lock (_gate)
        {
            // What came without a position is covered by the next one that has: they form one batch.
            var submission = _withoutPosition ?? new Submission();
            _withoutPosition = positions.Count == 0 ? submission : null;
            submission.Add();
            foreach (var position in positions)
            {
                var part = Encoding.UTF8.GetString(JsonMaps.Write(position.Partition, sorted: true));
                if (!_byPart.TryGetValue(part, out var queue))
                    _byPart[part] = queue = new Queue<(Submission, SourcePosition)>();
                queue.Enqueue((submission, position));
            }

            return submission;
        }
    }

    /// <summary>Takes the latest position of each part that may be stored.</summary>
    public IReadOnlyList<SourcePosition> TakeAcknowledged()
    {
        var taken = new List<SourcePosition>();
        lock (_gate)
        {
            foreach (var (part, queue) in _byPart)
            {
                SourcePosition? latest = null;
                while (queue.TryPeek(out var entry) && entry.Submission.IsAcknowledged)
                    latest = queue.Dequeue().Position;
                if (latest is not null)
                    taken.Add(latest);
                if (queue.Count == 0)
                    _byPart.Remove(part);
            }
        }

        return taken;
    }
}
