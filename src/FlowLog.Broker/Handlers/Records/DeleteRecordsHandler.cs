using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Disk;
using Answer = FlowLog.Protocol.Messages.DeleteRecordsResponse.DeleteRecordsPartitionResult;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Forgets the records of partitions below an offset.</summary>
/// <param name="partitions">The partitions.</param>
/// <param name="checkpointLogStarts">Makes the new starts survive a crash: what was deleted stays deleted. Returns the log directories where that failed.</param>
internal sealed class DeleteRecordsHandler(Partitions partitions, Func<IReadOnlyCollection<LogDirectory>> checkpointLogStarts) : ApiHandler<DeleteRecordsRequest>
{
    private const long ToHighWatermark = -1;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DeleteRecordsRequest request)
    {
        var response = new DeleteRecordsResponse();
        foreach (var topic in request.Topics.Where(topic => topic.Partitions.Count > 0).GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            // Of a partition that comes twice the last offset counts.
            var asked = topic.SelectMany(part => part.Partitions).GroupBy(partition => partition.PartitionIndex).Select(same => same.Last());
            response.Topics.Add(new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = topic.Key,
                Partitions = [.. asked.Select(partition => Delete(topic.Key, partition.PartitionIndex, partition.Offset))],
            });
        }

        var failed = checkpointLogStarts();
        foreach (var topic in response.Topics.Where(_ => failed.Count > 0))
            Refuse(topic, failed);

        context.Reply(response);
    }

    /// <summary>What a crash could bring back is not said to be deleted.</summary>
    private void Refuse(DeleteRecordsResponse.DeleteRecordsTopicResult topic, IReadOnlyCollection<LogDirectory> failed)
    {
        foreach (var answer in topic.Partitions.Where(answer => answer.ErrorCode == ErrorCode.None))
        {
            if (partitions.Find(topic.Name)?[answer.PartitionIndex] is { } leader && failed.Contains(leader.Log.Directory))
                (answer.ErrorCode, answer.LowWatermark) = (ErrorCode.KafkaStorageError, -1);
        }
    }

    private Answer Delete(string topic, int partition, long offset)
    {
        var answer = new Answer { PartitionIndex = partition, LowWatermark = -1 };
        if (partitions.Find(topic)?[partition] is not { } leader)
            answer.ErrorCode = ErrorCode.UnknownTopicOrPartition;
        else if (leader.Ended != ErrorCode.None)
            answer.ErrorCode = leader.Ended;
        else if (TopicNames.IsInternal(topic))
            answer.ErrorCode = ErrorCode.InvalidTopic;
        else if (!leader.Log.Options.CleanupPolicy.HasFlag(CleanupPolicy.Delete))
            answer.ErrorCode = ErrorCode.PolicyViolation;
        else
            Delete(leader, offset == ToHighWatermark ? leader.HighWatermark : offset, answer);
        return answer;
    }

    private static void Delete(PartitionLeader leader, long offset, Answer answer)
    {
        if (offset < 0 || offset > leader.HighWatermark)
        {
            answer.ErrorCode = ErrorCode.OffsetOutOfRange;
            return;
        }

        try
        {
            leader.Log.IncreaseLogStart(offset);
            answer.LowWatermark = leader.Log.LogStartOffset;
        }
        catch (DiskException)
        {
            answer.ErrorCode = ErrorCode.KafkaStorageError;
        }
    }
}
