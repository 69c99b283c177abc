using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Coordination;

internal static partial class CoordinationEvents   // 2600-2699
{
    [LoggerMessage(2600, LogLevel.Information, "{Topic}-{Partition}: loaded {Records} records in {Milliseconds} ms, coordinating")]
    public static partial void ShardLoaded(this ILogger log, string topic, int partition, long records, long milliseconds);

    [LoggerMessage(2601, LogLevel.Error, "{Topic}-{Partition}: cannot be loaded, its groups or transactions are not served; trying again")]
    public static partial void ShardNotLoaded(this ILogger log, Exception failure, string topic, int partition);

    [LoggerMessage(2602, LogLevel.Error, "{Topic}-{Partition}: a request could not be decided, it is answered with an error")]
    public static partial void DecisionFailed(this ILogger log, Exception failure, string topic, int partition);

    [LoggerMessage(2603, LogLevel.Warning, "{Topic}-{Partition}: records refused by the log with {Error}, nothing changes")]
    public static partial void AppendRefused(this ILogger log, string topic, int partition, ErrorCode error);

    [LoggerMessage(2604, LogLevel.Critical, "{Topic}-{Partition}: records are written but could not be applied; reading the partition again")]
    public static partial void ApplyFailed(this ILogger log, Exception failure, string topic, int partition);

    [LoggerMessage(2605, LogLevel.Warning, "{Topic}-{Partition}: skipped a record of unknown type {Type} at offset {Offset}, a newer broker wrote it")]
    public static partial void UnknownRecord(this ILogger log, string topic, int partition, int type, long offset);
}
