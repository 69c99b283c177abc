using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Fetching;

internal static partial class FetchingEvents // 1160-1179
{
    [LoggerMessage(1160, LogLevel.Warning, "Fetching from broker {Node} failed: {Problem}")]
    public static partial void FetchFailed(this ILogger log, int node, string problem);

    [LoggerMessage(1163, LogLevel.Error, "Fetching from broker {Node} broke")]
    public static partial void FetchBroken(this ILogger log, int node, Exception problem);

    [LoggerMessage(1161, LogLevel.Debug, "{Partition}: the broker answers {Error}; asking again later")]
    public static partial void PartitionFetchFailed(this ILogger log, TopicPartition partition, ErrorCode error);

    [LoggerMessage(1162, LogLevel.Warning, "{Partition}: offset {Offset} does not exist; auto.offset.reset is {Policy}")]
    public static partial void OutOfRange(this ILogger log, TopicPartition partition, long offset, AutoOffsetReset policy);
}
