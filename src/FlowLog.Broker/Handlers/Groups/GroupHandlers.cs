using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Runtime;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>The handlers of everything about groups and their offsets.</summary>
internal static class GroupHandlers
{
    public static IEnumerable<IApiHandler> All(
        GroupCoordinator groups, CurrentImage current, IInternalTopics topics, ProtocolAdmission consumers, ProtocolAdmission streams, IRandomness random) =>
    [
        new OffsetCommitHandler(groups, current),
        new OffsetFetchHandler(groups, current),
        new FindCoordinatorHandler(current, topics),
        new JoinGroupHandler(groups, random),
        new HeartbeatHandler(groups),
        new LeaveGroupHandler(groups),
        new SyncGroupHandler(groups),
        new DescribeGroupsHandler(groups),
        new ListGroupsHandler(groups),
        new DeleteGroupsHandler(groups),
        new OffsetDeleteHandler(groups, current),
        new ConsumerGroupHeartbeatHandler(groups, consumers, random),
        new ConsumerGroupDescribeHandler(groups, consumers),
        new StreamsGroupHeartbeatHandler(groups, streams, topics),
        new StreamsGroupDescribeHandler(groups, streams),
    ];
}
