using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Assignment;

internal static partial class AssignmentEvents // 3000-3019
{
    [LoggerMessage(3000, LogLevel.Information, "Made the internal topic {Topic}")]
    public static partial void InternalTopicMade(this ILogger log, string topic);

    [LoggerMessage(3001, LogLevel.Information, "Assigned {Tasks} tasks to {Members} members; {Waiting} of them wait until their former owner has given them up")]
    public static partial void TasksAssigned(this ILogger log, int tasks, int members, int waiting);

    [LoggerMessage(3003, LogLevel.Error, "Source topics do not exist: {Topics}")]
    public static partial void SourceTopicsMissing(this ILogger log, string topics);

    [LoggerMessage(3002, LogLevel.Error, "Tasks cannot be assigned")]
    public static partial void AssignmentFailed(this ILogger log, Exception problem);
}
