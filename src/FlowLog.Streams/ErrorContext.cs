namespace FlowLog.Streams;

/// <summary>What is known about a failure. The raw bytes are those of the record as it was read from its topic.</summary>
public sealed record ErrorContext
{
    /// <summary>What was being done.</summary>
    public required ErrorStage Stage { get; init; }

    /// <summary>Topic the record was read from; null inside a punctuation.</summary>
    public string? Topic { get; init; }

    /// <summary>Partition it was read from, -1 inside a punctuation.</summary>
    public int Partition { get; init; } = -1;

    /// <summary>Offset it was read from, -1 inside a punctuation.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>Name of the node that failed.</summary>
    public required string Node { get; init; }

    /// <summary>Task that failed.</summary>
    public required TaskId Task { get; init; }

    /// <summary>Event time of the record that was read, in milliseconds since 1970.</summary>
    public long TimestampMs { get; init; }

    /// <summary>Key as it was read, or null.</summary>
    public ReadOnlyMemory<byte>? RawKey { get; init; }

    /// <summary>Value as it was read, or null.</summary>
    public ReadOnlyMemory<byte>? RawValue { get; init; }

    /// <summary>Headers of the record that was read.</summary>
    public Headers Headers { get; init; } = new();

    /// <summary>Key of the record at the failing node; null where there is none.</summary>
    public object? Key { get; init; }

    /// <summary>Value of the record at the failing node; null where there is none.</summary>
    public object? Value { get; init; }

    /// <summary>Event time of the record at the failing node.</summary>
    public long RecordTimestampMs { get; init; }

    /// <summary>Topic the record was meant for, when it could not be written.</summary>
    public string? TargetTopic { get; init; }

    /// <summary>Whether it was the key that could not be written, and not the value.</summary>
    public bool IsKey { get; init; }
}
