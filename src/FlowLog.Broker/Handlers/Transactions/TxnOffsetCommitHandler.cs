using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Handlers.Groups;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>
/// TxnOffsetCommit: offsets that count once the transaction commits. Where the transaction is not known to be open yet its coordinator is
/// asked first: from version 5 on it adds the partition of the group, before it says whether the producer did.
/// </summary>
internal sealed class TxnOffsetCommitHandler(GroupCoordinator groups, TransactionCoordinator transactions, CurrentImage current, BrokerConfigs broker) : ApiHandler<TxnOffsetCommitRequest>
{
    private const short FirstThatAdds = 5;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, TxnOffsetCommitRequest request)
    {
        var version = context.Version;
        var commit = AsPlain(request);
        var refused = new OrderedDictionary<(string Name, Guid Id), OffsetCommitResponse.OffsetCommitResponseTopic>();
        var taken = new List<OffsetCommitRequest.OffsetCommitRequestTopic>();
        foreach (var topic in commit.Topics)
            OffsetCommitTopics.Split(topic, byId: false, current.Image.Topics, taken, refused);

        commit.Topics = taken;
        if (taken.Count == 0)
            Reply(new OffsetCommitResponse());
        else if (request.GroupId.Length == 0)
            Reply(OffsetCommits.Refuse(commit, ErrorCode.InvalidGroupId));
        else
            Commit(commit, request.TransactionalId, new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch), version, Reply);

        void Reply(OffsetCommitResponse response)
        {
            OffsetCommitTopics.Merge(refused, response);
            context.Reply(AsTransactional(response));
        }
    }

    private void Commit(OffsetCommitRequest commit, string transactionalId, ProducerIdAndEpoch producer, short version, Action<OffsetCommitResponse> reply)
    {
        var partition = groups.PartitionFor(commit.GroupId);
        var guard = groups.Shards.BeginVerification(partition, producer, version >= FirstThatAdds);
        if (guard is null || (version < FirstThatAdds && !broker.Boolean(current.Image.Configs, "transaction.partition.verification.enable")))
        {
            groups.Commit(commit, version, new TransactionalCommit(producer, guard), reply);
            return;
        }

        if (guard == VerificationGuard.OfPastEpoch)
        {
            reply(OffsetCommits.Refuse(commit, ErrorCode.InvalidProducerEpoch));
            return;
        }

        var claim = new PartitionsClaim(
            transactionalId,
            producer,
            [new TopicPartition(CoordinatorKeys.OffsetsTopic, partition)],
            version >= FirstThatAdds ? Transaction.EpochBumpingProtocol : (short)0);
        if (version >= FirstThatAdds)
            transactions.Add(claim, Told);
        else
            transactions.Verify(claim, Told);

        void Told(PartitionVerdicts verdicts)
        {
            if (TransactionErrors.ForOffsets(verdicts.Errors[0], version) is var error and not ErrorCode.None)
                reply(OffsetCommits.Refuse(commit, error));
            else
                groups.Commit(commit, version, new TransactionalCommit(producer, guard), reply);
        }
    }

    private static OffsetCommitRequest AsPlain(TxnOffsetCommitRequest request) => new()
    {
        GroupId = request.GroupId,
        GenerationIdOrMemberEpoch = request.GenerationId,
        MemberId = request.MemberId,
        GroupInstanceId = request.GroupInstanceId,
        Topics = request.Topics.ConvertAll(topic => new OffsetCommitRequest.OffsetCommitRequestTopic
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new OffsetCommitRequest.OffsetCommitRequestPartition
            {
                PartitionIndex = partition.PartitionIndex,
                CommittedOffset = partition.CommittedOffset,
                CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
                CommittedMetadata = partition.CommittedMetadata,
            }),
        }),
    };

    private static TxnOffsetCommitResponse AsTransactional(OffsetCommitResponse response) => new()
    {
        Topics = response.Topics.ConvertAll(topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = partition.ErrorCode,
            }),
        }),
    };
}
