using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Log;

/// <summary>What came of an append. With an error nothing has changed.</summary>
internal readonly record struct AppendOutcome
{
    /// <summary>None, or why nothing was appended.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>Offset of the first record; of the original one for a duplicate.</summary>
    public long FirstOffset { get; init; }

    /// <summary>Offset of the last record; of the original one for a duplicate.</summary>
    public long LastOffset { get; init; }

    /// <summary>The time stamped by the broker, -1 where the producer's counts; for a duplicate the original batch's timestamp.</summary>
    public long LogAppendTime { get; init; }

    /// <summary>First offset that the log holds.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>Nothing was appended because it was appended before.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>A sentence for the client; null when there is none.</summary>
    public string? Message { get; init; }

    /// <summary>Which records are at fault; null when the whole batch is.</summary>
    public IReadOnlyList<RejectedRecord>? RecordErrors { get; init; }

    /// <summary>Whether the records are in the log, now or from before.</summary>
    public bool IsSuccess => Error == ErrorCode.None;

    /// <summary>A refusal.</summary>
    public static AppendOutcome Refused(ErrorCode error, string message, IReadOnlyList<RejectedRecord>? records = null) => new()
    {
        Error = error,
        Message = message,
        RecordErrors = records,
        FirstOffset = -1,
        LastOffset = -1,
        LogAppendTime = -1,
        LogStartOffset = -1,
    };
}

/// <summary>A record that made its batch be refused.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="Message">What is wrong with it.</param>
internal readonly record struct RejectedRecord(int Index, string Message);
