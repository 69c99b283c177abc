using FlowLog.Streams.State;
using FlowLog.Streams.State.Caching;

namespace FlowLog.Streams.Processors;

/// <summary>What all tasks of a stream thread have in common.</summary>
internal sealed record TaskSettings
{
    public required string ApplicationId { get; init; }

    public required TimeProvider Clock { get; init; }

    public required SerdeSource Serdes { get; init; }

    public required Func<ErrorContext, Exception, ErrorAction> OnError { get; init; }

    public string? DeadLetterTopic { get; init; }

    public required RecordCache Cache { get; init; }

    /// <summary>Where timestamps come from for sources that do not say.</summary>
    public TimestampPolicy Timestamps { get; init; } = TimestampPolicy.FailOnInvalid;

    /// <summary>Told of each dropped record, for metrics.</summary>
    public Action<TaskId>? Dropped { get; init; }

    /// <summary>Told of each failure that was gone past, for the log.</summary>
    public Action<ErrorContext, Exception, ErrorAction>? Failed { get; init; }
}
