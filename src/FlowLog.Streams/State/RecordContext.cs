namespace FlowLog.Streams.State;

/// <summary>
/// The record a task is working on. Stores stamp changelog records with its timestamp; the record cache keeps it beside a row, so that
/// what is forwarded later looks as if it were forwarded then.
/// </summary>
internal readonly record struct RecordContext(string? Topic, int Partition, long Offset, long TimestampMs, Headers? Headers)
{
    /// <summary>Inside a punctuation there is no input record.</summary>
    public static RecordContext AtTime(long timestampMs) => new(null, -1, -1, timestampMs, null);
}
