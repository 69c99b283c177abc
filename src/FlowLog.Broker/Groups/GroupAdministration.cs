using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>What administrators ask of groups: to list, to describe, to delete.</summary>
internal static class GroupAdministration
{
    private const string Dead = "Dead";

    /// <summary>The first version of DescribeGroups that says that a group does not exist; before, such a group is dead.</summary>
    private const short TellsMissing = 6;

    public static Decision List(GroupShard shard, ListGroupsRequest request, Ticket<ListGroupsResponse> ticket)
    {
        var decision = new Decision();
        decision.Answer(ticket, new ListGroupsResponse
        {
            Groups =
            [
                .. shard.Groups
                    .Where(group => (Passes(request.StatesFilter, group.StateName) || Passes(request.StatesFilter, FilterNameOf(group))) && Passes(request.TypesFilter, group.TypeName))
                    .Select(group => new ListGroupsResponse.ListedGroup
                    {
                        GroupId = group.Id,
                        ProtocolType = group.ProtocolTypeName,
                        GroupState = group.StateName,
                        GroupType = group.TypeName,
                    }),
            ],
        });
        return decision;
    }

    public static Decision Describe(GroupShard shard, string groupId, short version, Ticket<DescribeGroupsResponse.DescribedGroup> ticket)
    {
        var decision = new Decision();
        var found = shard.Find(groupId);
        decision.Answer(ticket, found is ClassicGroup group ? Described(group) : Missing(groupId, found, version));
        return decision;
    }

    public static Decision Delete(GroupShard shard, string groupId, Ticket<DeleteGroupsResponse.DeletableGroupResult> ticket)
    {
        var decision = new Decision { MaySplit = true };
        var group = shard.Find(groupId);
        var error = group?.CheckDeletion() ?? ErrorCode.GroupIdNotFound;
        if (error == ErrorCode.None)
        {
            OffsetDeletions.ForgetGroup(shard.Offsets, groupId, decision);
            AddTombstones(group!, decision);
        }

        decision.Answer(ticket, new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = error });
        return decision;
    }

    /// <summary>The tombstones of everything but offsets that was ever written about a group.</summary>
    public static void AddTombstones(IGroup group, Decision decision)
    {
        if (group is ClassicGroup)
            decision.Add(ClassicRecords.Tombstone(group.Id));
        else if (group is ConsumerGroup consumers)
            ConsumerRecords.AddTombstones(consumers, decision);
        else if (group is StreamsGroup streams)
            StreamsRecords.AddTombstones(streams, decision);
    }

    private static bool Passes(List<string> filter, string name) =>
        filter.Count == 0 || filter.Exists(wanted => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase));

    // What Kafka's filter calls the one state whose name has two words.
    private static string FilterNameOf(IGroup group) => group.StateName == "NotReady" ? "not_ready" : group.StateName;

    private static DescribeGroupsResponse.DescribedGroup Described(ClassicGroup group)
    {
        var stable = group.State == ClassicState.Stable;
        return new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = group.Id,
            GroupState = group.StateName,
            ProtocolType = group.ProtocolTypeName,
            ProtocolData = stable ? group.Protocol ?? "" : "",
            Members =
            [
                .. group.Members.InOrderOfJoining.Select(member => new DescribeGroupsResponse.DescribedGroupMember
                {
                    MemberId = member.Id,
                    GroupInstanceId = member.InstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    MemberMetadata = stable ? member.MetadataFor(group.Protocol) : default,
                    MemberAssignment = member.Assignment,
                }),
            ],
        };
    }

    private static DescribeGroupsResponse.DescribedGroup Missing(string groupId, IGroup? found, short version) => new()
    {
        GroupId = groupId,
        GroupState = Dead,
        ErrorCode = version >= TellsMissing ? ErrorCode.GroupIdNotFound : ErrorCode.None,
        ErrorMessage = version >= TellsMissing ? GroupProblems.NoneOf("classic", groupId, found) : null,
    };
}
