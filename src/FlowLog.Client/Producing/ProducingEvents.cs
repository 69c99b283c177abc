using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

internal static partial class ProducingEvents // 1120-1139
{
    [LoggerMessage(1120, LogLevel.Warning, "{Partition}: a batch of {Records} records was not delivered: {Error}, {Reason}")]
    public static partial void BatchFailed(this ILogger log, TopicPartition partition, int records, ErrorCode error, string? reason);

    [LoggerMessage(1121, LogLevel.Error, "A delivery handler threw")]
    public static partial void DeliveryHandlerFailed(this ILogger log, Exception problem);

    [LoggerMessage(1122, LogLevel.Debug, "{Partition}: a batch of {Records} records is sent again after {Error}, {Reason}")]
    public static partial void BatchSentAgain(this ILogger log, TopicPartition partition, int records, ErrorCode error, string? reason);

    [LoggerMessage(1123, LogLevel.Information, "A sequence of batches was lost ({Partition}); going on under a new producer epoch")]
    public static partial void EpochLost(this ILogger log, TopicPartition partition);

    [LoggerMessage(1124, LogLevel.Error, "The send loop failed and the producer is of no further use")]
    public static partial void SendLoopFailed(this ILogger log, Exception problem);
}
