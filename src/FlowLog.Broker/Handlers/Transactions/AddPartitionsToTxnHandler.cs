using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using Asked = FlowLog.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
using Transactional = FlowLog.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>AddPartitionsToTxn: one transaction of a client, or, between brokers, several that may only be verified. One unknown partition keeps all of its transaction out.</summary>
internal sealed class AddPartitionsToTxnHandler(TransactionCoordinator transactions, CurrentImage current) : ApiHandler<AddPartitionsToTxnRequest>
{
    private const short FirstBatched = 4;
    private const short KnowsFenced = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, AddPartitionsToTxnRequest request)
    {
        var version = context.Version;
        if (version >= FirstBatched)
        {
            var answers = new Gathered<AddPartitionsToTxnResponse.AddPartitionsToTxnResult>(
                request.Transactions.Count,
                parts => context.Reply(new AddPartitionsToTxnResponse { ResultsByTransaction = [.. parts] }));
            for (var i = 0; i < request.Transactions.Count; i++)
            {
                var at = i;
                Add(request.Transactions[i], version, result => answers.Put(at, result));
            }

            return;
        }

        var only = new Transactional
        {
            TransactionalId = request.V3AndBelowTransactionalId,
            ProducerId = request.V3AndBelowProducerId,
            ProducerEpoch = request.V3AndBelowProducerEpoch,
            Topics = request.V3AndBelowTopics,
        };
        Add(only, version, result => context.Reply(new AddPartitionsToTxnResponse { ResultsByTopicV3AndBelow = result.TopicResults }));
    }

    private void Add(Transactional asked, short version, Action<AddPartitionsToTxnResponse.AddPartitionsToTxnResult> reply)
    {
        var partitions = asked.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition))).ToList();
        var claim = new PartitionsClaim(
            asked.TransactionalId,
            new ProducerIdAndEpoch(asked.ProducerId, asked.ProducerEpoch),
            partitions,
            version >= FirstBatched ? Transaction.EpochBumpingProtocol : (short)0);
        var topics = current.Image.Topics;
        var isRefused = partitions.Exists(partition => Check(topics, partition, version) != ErrorCode.None);
        if (isRefused)
            Reply(new PartitionVerdicts(partitions.ConvertAll(partition => Check(topics, partition, version) is var error and not ErrorCode.None ? error : ErrorCode.OperationNotAttempted)));
        else if (asked.VerifyOnly)
            transactions.Verify(claim, Reply);
        else
            transactions.Add(claim, Reply);

        // What was said of the partitions one by one is told once of each; what the coordinator said of all, as it was asked.
        void Reply(PartitionVerdicts verdicts)
        {
            var answer = Answer(asked.TransactionalId, asked.Topics, verdicts, version);
            if (isRefused || asked.VerifyOnly)
                Merge(answer.TopicResults);
            reply(answer);
        }
    }

    // Clients write to internal topics through their coordinators, which add the partitions; brokers may ask about any.
    private static ErrorCode Check(TopicsImage topics, TopicPartition partition, short version)
    {
        if (version < FirstBatched && TopicNames.IsInternal(partition.Topic))
            return ErrorCode.TopicAuthorizationFailed;
        return topics.Find(partition.Topic)?.Partition(partition.Partition) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
    }

    private static AddPartitionsToTxnResponse.AddPartitionsToTxnResult Answer(string id, List<Asked> topics, PartitionVerdicts verdicts, short version)
    {
        var next = 0;
        var result = new AddPartitionsToTxnResponse.AddPartitionsToTxnResult { TransactionalId = id };
        foreach (var topic in topics)
        {
            result.TopicResults.Add(new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
            {
                Name = topic.Name,
                ResultsByPartition = topic.Partitions.ConvertAll(partition => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                {
                    PartitionIndex = partition,
                    PartitionErrorCode = Known(verdicts.Errors[next++], version),
                }),
            });
        }

        return result;
    }

    private static void Merge(List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> topics)
    {
        for (var i = topics.Count - 1; i >= 0; i--)
        {
            var (topic, first) = (topics[i], topics.Find(same => same.Name == topics[i].Name)!);
            if (first != topic)
                first.ResultsByPartition.AddRange(topic.ResultsByPartition);
            if (first != topic || topic.ResultsByPartition.Count == 0)
                topics.RemoveAt(i);
            else
                topic.ResultsByPartition = [.. topic.ResultsByPartition.DistinctBy(result => result.PartitionIndex)];
        }
    }

    private static ErrorCode Known(ErrorCode error, short version) =>
        error == ErrorCode.ProducerFenced && version < KnowsFenced ? ErrorCode.InvalidProducerEpoch : error;
}
