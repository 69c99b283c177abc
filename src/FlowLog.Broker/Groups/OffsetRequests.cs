using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>The requests about offsets: finds the group, asks it whether the caller may, and lets the offsets' rules decide.</summary>
internal static class OffsetRequests
{
    /// <summary>The first version of OffsetCommit whose clients know that a group may not exist.</summary>
    private const short KnowsMissingGroups = 9;

    public static Decision Commit(GroupShard shard, OffsetCommitRequest request, short version, Ticket<OffsetCommitResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var claim = new CommitClaim(request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, IsTransactional: false, version) { Partitions = Partitions(request) };
        var group = shard.Find(request.GroupId);
        var error = group is null ? CheckUnknown(claim, KnowsMissingGroups) : Check(group, request, claim, turn);
        if (error != ErrorCode.None)
        {
            turn.Decision.Answer(ticket, OffsetCommits.Refuse(request, error));
            return turn.Decision;
        }

        turn.Decision.Answer(ticket, OffsetCommits.Decide(request, turn));
        Begin(group, request.GroupId, turn);
        if (group is ClassicGroup { State: ClassicState.Stable or ClassicState.PreparingRebalance } classic)
            GroupShard.Changed(turn.Decision, classic, ClassicHeartbeat.KeepAlive(classic, request.MemberId, turn), onlyLater: true);

        return turn.Decision;
    }

    /// <summary>Offsets inside a transaction. They keep nobody alive: whoever sends them is a producer.</summary>
    public static Decision Commit(
        GroupShard shard, OffsetCommitRequest request, short version, TransactionalCommit transaction, Ticket<OffsetCommitResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now) with { Decision = new Decision { Producer = transaction.Producer, Guard = transaction.Guard } };
        var claim = new CommitClaim(request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, IsTransactional: true, version) { Partitions = Partitions(request) };
        var group = shard.Find(request.GroupId);
        var error = group is null ? CheckUnknown(claim, short.MaxValue) : Check(group, request, claim, turn);
        turn.Decision.Answer(ticket, error == ErrorCode.None ? OffsetCommits.Decide(request, turn) : OffsetCommits.Refuse(request, error));
        if (error == ErrorCode.None)
            Begin(group, request.GroupId, turn);

        return turn.Decision;
    }

    public static Decision Fetch(
        GroupShard shard,
        OffsetFetchRequest.OffsetFetchRequestGroup request,
        bool requireStable,
        Ticket<OffsetFetchResponse.OffsetFetchResponseGroup> ticket)
    {
        var decision = new Decision();
        var error = shard.Find(request.GroupId)?.CheckFetch(request.MemberId, request.MemberEpoch) ?? ErrorCode.None;
        decision.Answer(ticket, error == ErrorCode.None
            ? OffsetFetches.Decide(shard.Offsets, request, requireStable)
            : OffsetFetches.Refuse(request, error));
        return decision;
    }

    public static Decision Delete(GroupShard shard, OffsetDeleteRequest request, Ticket<OffsetDeleteResponse> ticket)
    {
        var decision = new Decision { MaySplit = true };
        var group = shard.Find(request.GroupId);
        var error = group?.CheckOffsetDeletion() ?? ErrorCode.GroupIdNotFound;
        decision.Answer(ticket, error == ErrorCode.None
            ? OffsetDeletions.Decide(shard.Offsets, group!, request, decision)
            : new OffsetDeleteResponse { ErrorCode = error });
        return decision;
    }

    /// <summary>Topics are gone: nobody will ask for their offsets again.</summary>
    public static Decision TopicsDeleted(GroupShard shard, IReadOnlySet<string> topics)
    {
        var decision = new Decision { MaySplit = true };
        OffsetDeletions.ForgetTopics(shard.Offsets, topics, decision);
        return decision;
    }

    private static IEnumerable<TopicPartition> Partitions(OffsetCommitRequest request) =>
        request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.PartitionIndex)));

    // One partition that the caller may not commit refuses them all.
    private static ErrorCode Check(IGroup group, OffsetCommitRequest request, in CommitClaim claim, GroupTurn turn)
    {
        var error = group.CheckCommit(claim);
        foreach (var topic in request.Topics)
        {
            var topicId = topic.TopicId != Guid.Empty ? topic.TopicId : turn.Image.Topics.Find(topic.Name)?.Id ?? Guid.Empty;
            foreach (var partition in topic.Partitions)
            {
                if (error == ErrorCode.None)
                    error = group.CheckCommitOf(claim, new TopicIdPartition(topicId, partition.PartitionIndex));
            }
        }

        return error;
    }

    // As in Kafka a group of which nobody knew is there once somebody may commit in it, even if none of the offsets was taken.
    private static void Begin(IGroup? group, string groupId, GroupTurn turn)
    {
        if (group is null && !turn.Decision.Writes)
            turn.Decision.Add(new GroupChanged(new ClassicGroup(groupId)));
    }

    // Without members and generation anyone may start a group that only holds offsets.
    private static ErrorCode CheckUnknown(in CommitClaim claim, short knowsMissingGroups)
    {
        if (claim.GenerationOrEpoch < 0)
            return ErrorCode.None;

        return claim.ApiVersion >= knowsMissingGroups ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
    }
}
