using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Herding;

internal static partial class HerdingEvents // 4100-4199
{
    [LoggerMessage(4100, LogLevel.Error, "The herder failed while {What}")]
    public static partial void HerderFailed(this ILogger log, string what, Exception problem);

    [LoggerMessage(4101, LogLevel.Information, "Generation {Generation}: {Role}; given {Assigned}; taken {Revoked}; waiting {DelayMs} ms for a worker to come back")]
    public static partial void Assigned(this ILogger log, int generation, string role, Workload assigned, Workload revoked, int delayMs);

    [LoggerMessage(4102, LogLevel.Warning, "Lost the group: stopping everything until it is joined again")]
    public static partial void GroupLost(this ILogger log, Exception why);

    [LoggerMessage(4103, LogLevel.Error, "Joining the group failed")]
    public static partial void JoiningFailed(this ILogger log, Exception why);

    [LoggerMessage(4104, LogLevel.Information, "The configuration is at offset {Offset}, the assignment at {Assigned}: joining again")]
    public static partial void ConfigDiffers(this ILogger log, long offset, long assigned);

    [LoggerMessage(4105, LogLevel.Warning, "The config topic could not be read to its end within {Timeout}")]
    public static partial void ConfigNotRead(this ILogger log, TimeSpan timeout, Exception problem);

    [LoggerMessage(4106, LogLevel.Information, "The connector {Connector} has new tasks: {Count}")]
    public static partial void TasksPublished(this ILogger log, string connector, int count);

    [LoggerMessage(4107, LogLevel.Warning, "The tasks of {Connector} could not be handed to the leader; trying again in {Pause}")]
    public static partial void TasksNotPublished(this ILogger log, string connector, TimeSpan pause, Exception problem);

    [LoggerMessage(4108, LogLevel.Information, "Restarting {Parts}")]
    public static partial void Restarting(this ILogger log, Workload parts);

    [LoggerMessage(4109, LogLevel.Warning, "The connector {Connector} could not be looked at for its configuration's problems")]
    public static partial void ValidationFailed(this ILogger log, string connector, Exception problem);
}
