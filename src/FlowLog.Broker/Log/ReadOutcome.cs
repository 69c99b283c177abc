using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Log;

/// <summary>What a read found.</summary>
/// <param name="Error">None, OffsetOutOfRange, or KafkaStorageError.</param>
/// <param name="Region">Whole batches, the last one possibly cut off; null when there is nothing at or behind the offset below the bound.</param>
internal readonly record struct ReadOutcome(ErrorCode Error, FileRegion? Region)
{
    /// <summary>Nothing to read, and nothing wrong.</summary>
    public static ReadOutcome Nothing => default;

    /// <summary>Bytes found.</summary>
    public int Length => Region?.Length ?? 0;
}
