using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Validation;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.ProduceResponse.PartitionProduceResponse;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>What a producer is told of an append.</summary>
internal static class ProduceAnswers
{
    /// <summary>Writes the outcome of an append of <paramref name="batch"/> into an answer.</summary>
    public static void Fill(Answer answer, in AppendOutcome outcome, PartitionLeader leader, ReadOnlySpan<byte> batch)
    {
        answer.ErrorCode = outcome.Error;
        if (outcome.IsSuccess)
        {
            answer.BaseOffset = outcome.FirstOffset;
            answer.LogAppendTimeMs = outcome.LogAppendTime;
            answer.LogStartOffset = outcome.LogStartOffset;
            return;
        }

        answer.LogStartOffset = ClientBatchValidator.IsFramed(batch) && TellsLogStart(outcome.Error) ? leader.Log.LogStartOffset : -1;
        // The code for a full disk and a broken one is the same, and whoever reads it has to do something else.
        if (outcome.RecordErrors is not null || outcome.Error == ErrorCode.KafkaStorageError)
            answer.ErrorMessage = outcome.Message;
        foreach (var record in outcome.RecordErrors ?? [])
            answer.RecordErrors.Add(new ProduceResponse.BatchIndexAndErrorMessage { BatchIndex = record.Index, BatchIndexErrorMessage = record.Message });
    }

    /// <summary>Kafka leaves the log start out where it never looked at the partition's state, and sentences where the code says it all; clients print both.</summary>
    private static bool TellsLogStart(ErrorCode error) => error is not (
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotLeaderOrFollower or ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
        or ErrorCode.CorruptMessage or ErrorCode.KafkaStorageError);
}
