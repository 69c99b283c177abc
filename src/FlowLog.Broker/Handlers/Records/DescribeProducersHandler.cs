using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.DescribeProducersResponse.PartitionResponse;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Tells which producers a partition remembers, and what transactions they have open there.</summary>
internal sealed class DescribeProducersHandler(Partitions partitions) : ApiHandler<DescribeProducersRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeProducersRequest request)
    {
        var response = new DescribeProducersResponse();
        foreach (var topic in request.Topics)
        {
            response.Topics.Add(new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions = [.. topic.PartitionIndexes.Select(index => Describe(topic.Name, index))],
            });
        }

        context.Reply(response);
    }

    private Answer Describe(string topic, int partition)
    {
        var answer = new Answer { PartitionIndex = partition };
        if (TopicNames.Check(topic) is { } invalid)
        {
            (answer.ErrorCode, answer.ErrorMessage) = (invalid.Code, invalid.Message);
            return answer;
        }

        var hosted = partitions.Find(topic);
        if (hosted?[partition] is not { } leader)
        {
            answer.ErrorCode = ErrorCode.UnknownTopicOrPartition;
            answer.ErrorMessage = hosted is null ? ErrorCodes.Describe(answer.ErrorCode).Sentence : null;
            return answer;
        }

        answer.ActiveProducers = [.. leader.Log.Producers().Select(producer => new DescribeProducersResponse.ProducerState
        {
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            LastSequence = producer.LastSequence,
            LastTimestamp = producer.LastTimestamp,
            CoordinatorEpoch = producer.CoordinatorEpoch,
            CurrentTxnStartOffset = producer.TransactionStartOffset,
        })];
        return answer;
    }
}
