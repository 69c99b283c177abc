using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Transactions;

internal static partial class TransactionEvents   // 2300-2399
{
    [LoggerMessage(2300, LogLevel.Information, "{Partition} is deleted, the transaction of '{Id}' ends without a marker in it")]
    public static partial void PartitionGone(this ILogger log, TopicPartition partition, string id);

    [LoggerMessage(2301, LogLevel.Warning, "{Partition} refuses the marker of '{Id}' (producer {ProducerId}, epoch {Epoch}) with {Error}: a later one is there already")]
    public static partial void MarkerOvertaken(this ILogger log, TopicPartition partition, string id, long producerId, short epoch, ErrorCode error);

    [LoggerMessage(2302, LogLevel.Warning, "{Partition} cannot take the marker of '{Id}' yet: {Error}; attempt {Attempt}, trying again. Its readers wait for it")]
    public static partial void MarkerDelayed(this ILogger log, TopicPartition partition, string id, ErrorCode error, int attempt);
}
