using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

internal static partial class ExecutionEvents // 3020-3079
{
    [LoggerMessage(3020, LogLevel.Information, "Task {Task} starts on {Inputs}")]
    public static partial void TaskStarted(this ILogger log, TaskId task, string inputs);

    [LoggerMessage(3021, LogLevel.Information, "Task {Task} is complete again: {Records} changelog records in {Milliseconds:0} ms")]
    public static partial void TaskRestored(this ILogger log, TaskId task, long records, double milliseconds);

    [LoggerMessage(3022, LogLevel.Warning, "{Changelog}: the position to restore from is no longer in the log; the store is built anew")]
    public static partial void ChangelogLost(this ILogger log, TopicPartition changelog);

    [LoggerMessage(3023, LogLevel.Warning, "{Thread} could not commit; it tries again")]
    public static partial void CommitPutOff(this ILogger log, Exception problem, string thread);

    [LoggerMessage(3024, LogLevel.Warning, "{Thread} has lost its tasks to others of the group; it joins again")]
    public static partial void TasksLost(this ILogger log, Exception? problem, string thread);

    [LoggerMessage(3025, LogLevel.Error, "{Thread} has failed")]
    public static partial void ThreadFailed(this ILogger log, Exception problem, string thread);

    [LoggerMessage(3026, LogLevel.Warning, "Task {Task}: a record from '{Node}' was not sent to {Topic}, going on without it")]
    public static partial void RecordNotSent(this ILogger log, Exception problem, TaskId task, string node, string topic);

    [LoggerMessage(3027, LogLevel.Warning, "Task {Task}: the record at {Topic}-{Partition} offset {Offset} failed in '{Node}' ({Stage}), going on without it")]
    public static partial void RecordSkipped(this ILogger log, Exception problem, TaskId task, string? topic, int partition, long offset, string node, ErrorStage stage);

    [LoggerMessage(3028, LogLevel.Warning, "The database of task {Task} is damaged; it is deleted and built anew from the changelogs")]
    public static partial void DatabaseRebuilt(this ILogger log, Exception problem, TaskId task);

    [LoggerMessage(3029, LogLevel.Information, "{Application} is {State}")]
    public static partial void StateChanged(this ILogger log, string application, StreamsState state);

    [LoggerMessage(3030, LogLevel.Warning, "{Partition}: the log does not reach the position {Position} any more; going on where the reset policy says")]
    public static partial void PositionLost(this ILogger log, TopicPartition partition, long position);

    [LoggerMessage(3031, LogLevel.Warning, "{Thread} cannot reach the cluster; it tries again")]
    public static partial void ClusterUnreachable(this ILogger log, Exception problem, string thread);

    [LoggerMessage(3032, LogLevel.Warning, "{Thread} did not close cleanly")]
    public static partial void CloseFailed(this ILogger log, Exception problem, string thread);

    [LoggerMessage(3033, LogLevel.Warning, "Processed records of {Partition} could not be purged: {Reason}")]
    public static partial void PurgeFailed(this ILogger log, TopicPartition partition, string? reason);
}
