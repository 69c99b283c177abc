using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Positions;

internal static partial class PositionEvents // 1180-1189
{
    [LoggerMessage(1180, LogLevel.Debug, "No positions yet: {Problem}")]
    public static partial void PositionsNotFound(this ILogger log, string problem);

    [LoggerMessage(1181, LogLevel.Warning, "{Partition}: the log was truncated; going on at {EndOffset} instead of {Position}")]
    public static partial void Truncated(this ILogger log, TopicPartition partition, long position, long endOffset);
}
