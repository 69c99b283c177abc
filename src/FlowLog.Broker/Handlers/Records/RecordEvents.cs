using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Handlers.Records;

internal static partial class RecordEvents   // 2100-2199
{
    [LoggerMessage(2100, LogLevel.Error, "A batch of producer {ProducerId} that waited for {Partition} could not be appended; those behind it go on")]
    public static partial void HeldBatchFailed(this ILogger log, Exception failure, TopicPartition partition, long producerId);
}
