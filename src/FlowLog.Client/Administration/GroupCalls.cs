using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Administration;

/// <summary>Groups, each at its coordinator: one attempt each.</summary>
internal sealed class GroupCalls(ClusterLink link)
{
    public async ValueTask<IReadOnlyList<GroupListing>> ListAsync(CancellationToken cancellation)
    {
        List<GroupListing> groups = [];
        foreach (var broker in (await link.Metadata.KnownAsync(cancellation)).Brokers)
        {
            var connection = await link.ToNodeAsync(broker.NodeId, Lane.General, cancellation);
            var response = await connection.SendAsync(new ListGroupsRequest(), link.Options.RequestTimeout, cancellation);
            Retries.Check(response.ErrorCode);
            groups.AddRange(response.Groups.Select(group => new GroupListing(group.GroupId, group.ProtocolType, group.GroupState, group.GroupType)));
        }

        return [.. groups.DistinctBy(group => group.GroupId).OrderBy(group => group.GroupId, StringComparer.Ordinal)];
    }

    public ValueTask<Dictionary<string, AdminResult<GroupDescription>>> DescribeAsync(IReadOnlyCollection<string> groups, CancellationToken cancellation) =>
        Outcome.OfEachAsync(groups, async group =>
        {
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Group, group, Lane.General, cancellation);
            var response = await connection.SendAsync(new DescribeGroupsRequest { Groups = [group] }, link.Options.RequestTimeout, cancellation);
            var described = response.Groups.Find(answer => answer.GroupId == group)
                ?? throw Failures.Of(ErrorCode.UnknownServerError, $"The answer does not mention group {group}");
            link.CheckCoordinator(CoordinatorType.Group, group, described.ErrorCode);
            return Read(described, link.Metadata.Current.Brokers.FirstOrDefault(broker => broker.Address == connection.Address)?.NodeId ?? -1);
        });

    public ValueTask<Dictionary<string, AdminResult<bool>>> DeleteAsync(IReadOnlyCollection<string> groups, CancellationToken cancellation) =>
        Outcome.OfEachAsync(groups, async group =>
        {
            var response = await AskAsync(group, new DeleteGroupsRequest { GroupsNames = [group] }, cancellation);
            link.CheckCoordinator(CoordinatorType.Group, group, response.Results.Find(answer => answer.GroupId == group)?.ErrorCode ?? ErrorCode.UnknownServerError);
            return true;
        });

    public async ValueTask<Dictionary<TopicPartition, AdminResult<bool>>> DeleteOffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        var response = await AskAsync(group, new OffsetDeleteRequest
        {
            GroupId = group,
            Topics =
            [
                .. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(partition => new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = partition.Partition })],
                }),
            ],
        }, cancellation);
        link.CheckCoordinator(CoordinatorType.Group, group, response.ErrorCode);
        return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (Key: new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode)))
            .ToDictionary(entry => entry.Key, entry => Outcome.Of(entry.ErrorCode));
    }

    /// <summary>Removes static members by instance id, or all members.</summary>
    public async ValueTask RemoveMembersAsync(string group, IReadOnlyCollection<string>? instanceIds, string reason, CancellationToken cancellation)
    {
        var members = instanceIds is not null
            ? instanceIds.Select(id => new LeaveGroupRequest.MemberIdentity { MemberId = "", GroupInstanceId = id, Reason = reason })
            : (await DescribeAsync([group], cancellation))[group].Value.Members
                .Select(member => new LeaveGroupRequest.MemberIdentity { MemberId = member.MemberId, GroupInstanceId = member.GroupInstanceId, Reason = reason });

        var request = new LeaveGroupRequest { GroupId = group, Members = [.. members] };
        if (request.Members.Count == 0)
            return;

        var response = await AskAsync(group, request, cancellation);
        link.CheckCoordinator(CoordinatorType.Group, group, response.ErrorCode);
        foreach (var member in response.Members)
            if (member.ErrorCode is not (ErrorCode.None or ErrorCode.UnknownMemberId))
                throw Failures.Of(member.ErrorCode, $"Cannot remove {member.GroupInstanceId ?? member.MemberId} from group {group}");
    }

    private ValueTask<TResponse> AskAsync<TResponse>(string group, IRequest<TResponse> request, CancellationToken cancellation) where TResponse : class, IResponse, new() =>
        link.AskCoordinatorAsync(CoordinatorType.Group, group, Lane.General, _ => request, link.Options.RequestTimeout, cancellation);

    private static GroupDescription Read(DescribeGroupsResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId, group.ProtocolType, group.ProtocolData, group.GroupState, [.. group.Members.Select(member => Read(member, group.ProtocolType))], coordinator);

    private static GroupMemberDescription Read(DescribeGroupsResponse.DescribedGroupMember member, string protocolType) =>
        new(member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost, member.MemberMetadata, member.MemberAssignment)
        {
            Partitions = protocolType == "consumer" ? PartitionsOf(member.MemberAssignment) : [],
        };

    /// <summary>Assignments of foreign assignors may hold anything.</summary>
    private static IReadOnlyList<TopicPartition> PartitionsOf(ReadOnlyMemory<byte> assignment)
    {
        try
        {
            return SubscriptionCodec.ReadAssignment(assignment).Partitions;
        }
        catch (FlowLogException)
        {
            return [];
        }
    }
}
