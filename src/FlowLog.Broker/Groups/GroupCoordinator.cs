using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>
/// The door to all groups of this node: finds the shard of a group, and turns "not here" or "still loading" into the answer that each API has for
/// it. Answers come through the callbacks, on any thread, once everything they rest on is committed. Requests are read during the call only.
/// </summary>
/// <param name="shards">The shards; their partitions are those of <c>__consumer_offsets</c> that this node leads.</param>
/// <param name="partitions">How many partitions <c>__consumer_offsets</c> has, or will have.</param>
internal sealed class GroupCoordinator(Coordinator<GroupShard> shards, Func<int> partitions) : IMarkerTarget
{
    public Coordinator<GroupShard> Shards => shards;

    public int PartitionFor(string groupId) => CoordinatorKeys.PartitionFor(groupId, partitions());

    public void Join(JoinGroupRequest request, GroupCaller caller, Action<JoinGroupResponse> reply)
    {
        var ticket = new Ticket<JoinGroupResponse>(reply, error => ClassicAnswers.JoinRefused(request.MemberId, error));
        if (Refused(ticket, request.GroupId))
            return;

        var joining = new Joining(request, caller, ticket);
        Submit(request.GroupId, ticket, (shard, now) => ClassicRequests.Join(shard, joining, now));
    }

    public void Sync(SyncGroupRequest request, Action<SyncGroupResponse> reply)
    {
        var ticket = new Ticket<SyncGroupResponse>(reply, ClassicAnswers.SyncRefused);
        if (!Refused(ticket, request.GroupId))
            Submit(request.GroupId, ticket, (shard, now) => ClassicRequests.Sync(shard, request, ticket, now));
    }

    public void Heartbeat(HeartbeatRequest request, Action<HeartbeatResponse> reply)
    {
        var ticket = new Ticket<HeartbeatResponse>(reply, error => new HeartbeatResponse { ErrorCode = Patient(error) });
        if (!Refused(ticket, request.GroupId))
            Submit(request.GroupId, ticket, (shard, now) => ClassicRequests.Heartbeat(shard, request, ticket, now));
    }

    public void Leave(LeaveGroupRequest request, Action<LeaveGroupResponse> reply)
    {
        var ticket = new Ticket<LeaveGroupResponse>(reply, error => new LeaveGroupResponse { ErrorCode = error });
        if (!Refused(ticket, request.GroupId))
            Submit(request.GroupId, ticket, (shard, now) => ClassicRequests.Leave(shard, request, ticket, now));
    }

    public void Commit(OffsetCommitRequest request, short version, Action<OffsetCommitResponse> reply)
    {
        var ticket = new Ticket<OffsetCommitResponse>(reply, error => OffsetCommits.Refuse(request, error));
        Submit(request.GroupId, ticket, (shard, now) => OffsetRequests.Commit(shard, request, version, ticket, now));
    }

    /// <summary>Commits offsets that count once a transaction commits.</summary>
    public void Commit(OffsetCommitRequest request, short version, TransactionalCommit transaction, Action<OffsetCommitResponse> reply)
    {
        var ticket = new Ticket<OffsetCommitResponse>(reply, error => OffsetCommits.Refuse(request, TransactionErrors.ForOffsets(error, version)));
        Submit(request.GroupId, ticket, (shard, now) => OffsetRequests.Commit(shard, request, version, transaction, ticket, now));
    }

    /// <summary>The end of a transaction: its offsets in this partition count from now on, or are forgotten.</summary>
    public void Write(TopicPartition partition, TransactionEnd end, Action<ErrorCode> done)
    {
        var ticket = new Ticket<Completion>(completion => done(completion.Error), error => new Completion(error));
        shards.Submit(partition.Partition, ticket, (_, _) =>
        {
            var decision = new Decision { Marker = end };
            decision.Answer(ticket, new Completion(ErrorCode.None));
            return decision;
        });
    }

    public void Fetch(
        OffsetFetchRequest.OffsetFetchRequestGroup group,
        bool requireStable,
        Action<OffsetFetchResponse.OffsetFetchResponseGroup> reply)
    {
        var ticket = new Ticket<OffsetFetchResponse.OffsetFetchResponseGroup>(reply, error => OffsetFetches.Refuse(group, error));
        Submit(group.GroupId, ticket, (shard, _) => OffsetRequests.Fetch(shard, group, requireStable, ticket));
    }

    public void DeleteOffsets(OffsetDeleteRequest request, Action<OffsetDeleteResponse> reply)
    {
        var ticket = new Ticket<OffsetDeleteResponse>(reply, error => new OffsetDeleteResponse { ErrorCode = error });
        if (!Refused(ticket, request.GroupId))
            Submit(request.GroupId, ticket, (shard, _) => OffsetRequests.Delete(shard, request, ticket));
    }

    /// <summary>The groups of all shards here. One shard that still loads makes the whole answer an error: half a list looks like a whole one.</summary>
    public void List(ListGroupsRequest request, Action<ListGroupsResponse> reply)
    {
        var here = shards.Partitions;
        var answers = new Gathered<ListGroupsResponse>(here.Count, parts => reply(Merge(parts)));
        for (var i = 0; i < here.Count; i++)
        {
            var at = i;
            var ticket = new Ticket<ListGroupsResponse>(part => answers.Put(at, part), error => new ListGroupsResponse { ErrorCode = error });
            shards.Submit(here[i], ticket, (shard, _) => GroupAdministration.List(shard, request, ticket));
        }
    }

    public void Describe(string groupId, short version, Action<DescribeGroupsResponse.DescribedGroup> reply)
    {
        var ticket = new Ticket<DescribeGroupsResponse.DescribedGroup>(
            reply,
            error => new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, ErrorCode = error });
        Submit(groupId, ticket, (shard, _) => GroupAdministration.Describe(shard, groupId, version, ticket));
    }

    public void Delete(string groupId, Action<DeleteGroupsResponse.DeletableGroupResult> reply)
    {
        var ticket = new Ticket<DeleteGroupsResponse.DeletableGroupResult>(
            reply,
            error => new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error });
        Submit(groupId, ticket, (shard, _) => GroupAdministration.Delete(shard, groupId, ticket));
    }

    public void Heartbeat(Beat beat, Action<ConsumerGroupHeartbeatResponse> reply)
    {
        var ticket = new Ticket<ConsumerGroupHeartbeatResponse>(reply, error => ConsumerAnswers.Refused(error));
        Submit(beat.Request.GroupId, ticket, (shard, now) => ConsumerRequests.Heartbeat(shard, beat, ticket, now));
    }

    public void DescribeConsumers(string groupId, Action<ConsumerGroupDescribeResponse.DescribedGroup> reply)
    {
        var ticket = new Ticket<ConsumerGroupDescribeResponse.DescribedGroup>(reply, error => ConsumerDescriptions.Refused(groupId, error));
        if (groupId.Length == 0)
            ticket.Refuse(ErrorCode.InvalidGroupId);
        else
            Submit(groupId, ticket, (shard, now) => ConsumerRequests.Describe(shard, groupId, ticket, now));
    }

    public void Heartbeat(StreamsBeat beat, Action<StreamsAnswer> reply)
    {
        var ticket = new Ticket<StreamsAnswer>(reply, error => StreamsAnswers.Refused(error));
        Submit(beat.Request.GroupId, ticket, (shard, now) => StreamsRequests.Heartbeat(shard, beat, ticket, now));
    }

    public void DescribeStreams(string groupId, Action<StreamsGroupDescribeResponse.DescribedGroup> reply)
    {
        var ticket = new Ticket<StreamsGroupDescribeResponse.DescribedGroup>(reply, error => StreamsDescriptions.Refused(groupId, error));
        if (groupId.Length == 0)
            ticket.Refuse(ErrorCode.InvalidGroupId);
        else
            Submit(groupId, ticket, (shard, _) => StreamsRequests.Describe(shard, groupId, ticket));
    }

    /// <summary>Topics have come, gone or grown: groups that may read them look anew.</summary>
    public void TopicsChanged(IReadOnlySet<string> topics)
    {
        foreach (var partition in shards.Partitions)
            shards.Tell(partition, (shard, now) => StreamsRequests.TopicsChanged(shard, topics, ConsumerRequests.TopicsChanged(shard, now)));
    }

    /// <summary>Topics are gone: so are the offsets that groups have in them.</summary>
    public void TopicsDeleted(IReadOnlySet<string> topics)
    {
        foreach (var partition in shards.Partitions)
            shards.Tell(partition, (shard, _) => OffsetRequests.TopicsDeleted(shard, topics));
    }

    private void Submit(string groupId, Ticket ticket, Func<GroupShard, Moment, Decision> decide) =>
        shards.Submit(PartitionFor(groupId), ticket, decide);

    // The group without a name may hold offsets, as it always could, but nobody may be a member of it.
    private static bool Refused(Ticket ticket, string groupId)
    {
        if (groupId.Length > 0)
            return false;

        ticket.Refuse(ErrorCode.InvalidGroupId);
        return true;
    }

    // A member whose coordinator is loading has not lost its place: it is told that all is well until somebody can know better.
    private static ErrorCode Patient(ErrorCode error) => error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : error;

    private static ListGroupsResponse Merge(ListGroupsResponse[] parts) =>
        Array.Find(parts, part => part.ErrorCode != ErrorCode.None) is { } failed
            ? new ListGroupsResponse { ErrorCode = failed.ErrorCode }
            : new ListGroupsResponse { Groups = [.. parts.SelectMany(part => part.Groups)] };
}
