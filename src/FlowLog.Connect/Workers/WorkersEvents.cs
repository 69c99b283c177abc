using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

internal static partial class WorkersEvents // 4200-4299
{
    [LoggerMessage(4200, LogLevel.Error, "{Task}: {Stage} of {Culprit} failed on a record")]
    public static partial void RecordFailed(this ILogger log, ConnectorTaskId task, string stage, string culprit, Exception problem);

    [LoggerMessage(4201, LogLevel.Error, "{Task}: {Stage} of {Culprit} failed on the record at {Place} with timestamp {Timestamp}")]
    public static partial void RecordFailedAt(
        this ILogger log, ConnectorTaskId task, string stage, string culprit, string place, long? timestamp, Exception problem);

    [LoggerMessage(4202, LogLevel.Information, "{Task} runs")]
    public static partial void TaskRuns(this ILogger log, ConnectorTaskId task);

    [LoggerMessage(4203, LogLevel.Error, "{Task} failed and stays so until it is restarted")]
    public static partial void TaskFailed(this ILogger log, ConnectorTaskId task, Exception problem);

    [LoggerMessage(4204, LogLevel.Information, "{Task} has read its source to the end")]
    public static partial void TaskFinished(this ILogger log, ConnectorTaskId task);

    [LoggerMessage(4205, LogLevel.Information, "{Task} stopped")]
    public static partial void TaskStopped(this ILogger log, ConnectorTaskId task);

    [LoggerMessage(4206, LogLevel.Warning, "{Task} did not stop within {Timeout} and is abandoned")]
    public static partial void TaskAbandoned(this ILogger log, ConnectorTaskId task, TimeSpan timeout);

    [LoggerMessage(4207, LogLevel.Warning, "{Task}: the sink asked for the same records again in {Pause}: {Problem}")]
    public static partial void SinkRetries(this ILogger log, ConnectorTaskId task, TimeSpan pause, string problem);

    [LoggerMessage(4208, LogLevel.Warning, "{Task}: a flush failed; delivering again from the last committed offsets")]
    public static partial void FlushFailed(this ILogger log, ConnectorTaskId task, Exception problem);

    [LoggerMessage(4209, LogLevel.Warning, "{Task}: committing offsets failed; they are committed with the next flush")]
    public static partial void CommitFailed(this ILogger log, ConnectorTaskId task, Exception problem);

    [LoggerMessage(4210, LogLevel.Warning, "{Task}: the sink wants to commit {Partition} at {Offset}, which it was not given; left out")]
    public static partial void CommitBeyondDelivery(this ILogger log, ConnectorTaskId task, FlowLog.Protocol.Identity.TopicPartition partition, long offset);

    [LoggerMessage(4211, LogLevel.Warning, "{Task}: closing went wrong")]
    public static partial void ClosingFailed(this ILogger log, ConnectorTaskId task, Exception problem);

    [LoggerMessage(4212, LogLevel.Warning, "{Task}: storing the source's position failed; it is stored with the next flush")]
    public static partial void PositionsNotStored(this ILogger log, ConnectorTaskId task, Exception problem);

    [LoggerMessage(4213, LogLevel.Warning, "{Task}: reading failed and starts anew in {Pause}: {Problem}")]
    public static partial void SourceRetries(this ILogger log, ConnectorTaskId task, TimeSpan pause, string problem);

    [LoggerMessage(4214, LogLevel.Error, "The connector {Connector} failed")]
    public static partial void ConnectorFailed(this ILogger log, string connector, Exception problem);

    [LoggerMessage(4215, LogLevel.Warning, "The connector {Connector} did not stop cleanly")]
    public static partial void ConnectorStopFailed(this ILogger log, string connector, Exception problem);

    [LoggerMessage(4216, LogLevel.Information, "The connector {Connector} runs")]
    public static partial void ConnectorRuns(this ILogger log, string connector);

    [LoggerMessage(4218, LogLevel.Error, "{Task}: Kafka did not take a record for {Partition}, which is skipped: {Error} {Reason}")]
    public static partial void RecordNotDelivered(
        this ILogger log, ConnectorTaskId task, FlowLog.Protocol.Identity.TopicPartition partition, FlowLog.Protocol.Errors.ErrorCode error, string? reason);

    [LoggerMessage(4219, LogLevel.Warning, "A state could not be written to the status topic; the REST interface shows an older one")]
    public static partial void StateNotWritten(this ILogger log, Exception problem);

    [LoggerMessage(4217, LogLevel.Information, "Created the topic {Topic} for {Task}")]
    public static partial void TopicCreatedForTask(this ILogger log, ConnectorTaskId task, string topic);
}
