using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.State;
using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.Execution;

/// <summary>A store that is being read back from its partition of its changelog topic.</summary>
internal sealed class RestoringStore(StateStore store, TopicPartition changelog)
{
    // Of each key only the last change is applied: the more records go into one step, the fewer rows are written.
    private const long BytesPerStep = 32 * 1024 * 1024;
    private readonly RestoreRows _rows = new();

    public TopicPartition Changelog { get; } = changelog;

    /// <summary>Changelog records read so far.</summary>
    public long Records { get; private set; }

    /// <summary>Offset up to which the changelog is read.</summary>
    public long Position { get; private set; }

    /// <summary>Where the changelog ended when reading began.</summary>
    public long End { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Finds out where to begin. State that does not belong to this changelog, because the topic was made anew or lost its beginning, is forgotten.</summary>
    public void Begin(long beginning, long end)
    {
        End = end;
        var position = store.ReadPosition();
        if (position is null || position < beginning || position > end)
        {
            store.Clear();
            position = beginning;
        }

        Position = position.Value;
        CompleteAtEnd();
    }

    /// <summary>The changelog lost what lies behind the position: begin again.</summary>
    public void BeginAgain(long beginning)
    {
        _rows.Clear();
        store.Clear();
        Position = beginning;
        CompleteAtEnd();
    }

    public void Add(ConsumedBatch batch)
    {
        foreach (var record in batch)
        {
            if (record.Offset >= End)
                break;

            // Keyless records do not belong to a changelog; Kafka Streams goes past them too.
            if (record.Key.IsPresent)
                store.ToRestore(record.Key.Span, record.Value.Span, record.Value.IsNull, record.Timestamp, _rows);

            Records++;
        }

        MoveTo(batch.NextOffset);
    }

    /// <summary>Everything before this offset has been seen, although it may hold no records.</summary>
    public void MoveTo(long position)
    {
        Position = Math.Max(Position, Math.Min(position, End));
        if (_rows.Bytes >= BytesPerStep)
            Apply();

        CompleteAtEnd();
    }

    private void CompleteAtEnd()
    {
        if (IsComplete || Position < End)
            return;

        Apply();
        IsComplete = true;
    }

    private void Apply()
    {
        if (_rows.Count > 0)
            store.Restore(_rows, Position);

        _rows.Clear();
    }
}
