using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Assignors;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Assignment;

/// <summary>
/// Distributes the tasks of an application over its group, as the leader, and takes what was assigned, as a member. It speaks the protocol "stream" of Kafka Streams,
/// cooperatively: a task that somebody else still runs is handed on only when that member has given it up.
/// </summary>
internal sealed class StreamsAssignor(
    TopologyPlan plan, StreamsOptions options, InternalTopicMaker topics, Func<byte, SubscriptionInfo> describe, IMemberTasks member, ILogger log) : IPartitionAssignor
{
    private byte _unique;

    public string Name => "stream";

    public RebalanceProtocol Protocol => RebalanceProtocol.Cooperative;

    public ReadOnlyMemory<byte>? SubscriptionUserData(IReadOnlyCollection<string> topics) => describe(_unique++).Write();

    public async ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation)
    {
        try
        {
            var counts = PartitionCounts.Of(plan, group.Cluster.Topics.ToDictionary(topic => topic.Name, topic => topic.Partitions.Count, StringComparer.Ordinal));
            if (counts.Missing.Count > 0)
            {
                log.SourceTopicsMissing(string.Join(", ", counts.Missing));
                return ToAll(group, AssignmentError.MissingSourceTopics);
            }

            await topics.EnsureAsync(InternalTopic.Of(plan, counts, options), cancellation);
            return Assign(group, counts);
        }
        catch (Exception problem) when (problem is StreamsException or StreamsTopologyException)
        {
            log.AssignmentFailed(problem);
            member.Failed(problem);
            return ToAll(group, AssignmentError.Failed);
        }
    }

    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata group)
    {
        var info = assignment.UserData is { } bytes ? AssignmentInfo.Read(bytes.Span) : null;
        if (info is null || info.Error == AssignmentError.VersionProbing || info.ActiveTasks.Count != assignment.Partitions.Count)
            member.Failed(new StreamsException($"The group '{options.ApplicationId}' has a member whose assignment is in another version; all members must speak version 11 of Kafka Streams."));
        else if (info.Error == AssignmentError.MissingSourceTopics)
            member.Failed(new StreamsException($"Source topics are missing: of {string.Join(", ", plan.Subscription.Where(topic => !plan.Repartitions.ContainsKey(topic)))} not all exist. Create them first."));
        else if (info.Error != AssignmentError.None)
            member.Failed(new StreamsException($"The leader of group '{options.ApplicationId}' could not assign tasks ({info.Error}); its log says why."));
        else
            member.Assigned(info.Tasks(assignment.Partitions));
    }

    private static Dictionary<string, MemberAssignment> ToAll(GroupSubscription group, AssignmentError error) =>
        group.Members.Keys.ToDictionary(id => id, _ => new MemberAssignment([], new AssignmentInfo([], error).Write()), StringComparer.Ordinal);

    private Dictionary<string, MemberAssignment> Assign(GroupSubscription group, PartitionCounts counts)
    {
        var inputs = new Dictionary<TaskId, List<TopicPartition>>();
        foreach (var part in plan.Parts)
        {
            for (var partition = 0; partition < counts.Of(part); partition++)
            {
                inputs[new TaskId(part.Id, partition)] =
                    [.. counts.TopicsOf(part).Where(topic => partition < counts.Of(topic)).Select(topic => new TopicPartition(topic, partition))];
            }
        }

        var placed = TaskPlacement.Place([.. inputs.Keys.Select(task => (task, plan.Parts[task.SubTopology].Stores.Count > 0))], [.. group.Members.Select(Describe)]);
        var owners = Owners(group);
        var waiting = 0;
        var assignments = placed.ToDictionary(
            member => member.Key, member => AssignmentOf(member.Value.Where(task => IsFree(task, member.Key)), inputs), StringComparer.Ordinal);
        log.TasksAssigned(inputs.Count, group.Members.Count, waiting);
        return assignments;

        bool IsFree(TaskId task, string newOwner)
        {
            var free = inputs[task].TrueForAll(input => !owners.TryGetValue(input, out var owner) || owner == newOwner);
            waiting += free ? 0 : 1;
            return free;
        }
    }

    private static PlacementMember Describe(KeyValuePair<string, MemberSubscription> member)
    {
        var sums = member.Value.UserData is { } bytes ? SubscriptionInfo.Read(bytes.Span)?.OffsetSums ?? new Dictionary<TaskId, long>() : new Dictionary<TaskId, long>();
        return new PlacementMember(
            member.Key, sums.Where(sum => sum.Value == SubscriptionInfo.Running).Select(sum => sum.Key).ToHashSet(),
            sums.Where(sum => sum.Value >= 0).ToDictionary(sum => sum.Key, sum => sum.Value));
    }

    // Of two members that claim a partition only the one of the later generation can be right.
    private static Dictionary<TopicPartition, string> Owners(GroupSubscription group)
    {
        var owners = new Dictionary<TopicPartition, string>();
        foreach (var (id, member) in group.Members.OrderBy(member => member.Value.Generation ?? -1))
        {
            foreach (var partition in member.OwnedPartitions)
                owners[partition] = id;
        }

        return owners;
    }

    // Partitions in order, and for each of them its task.
    private static MemberAssignment AssignmentOf(IEnumerable<TaskId> tasks, Dictionary<TaskId, List<TopicPartition>> inputs)
    {
        List<(TopicPartition Input, TaskId Task)> pairs =
            [.. tasks.SelectMany(task => inputs[task].Select(input => (input, task))).OrderBy(pair => pair.input.Topic, StringComparer.Ordinal).ThenBy(pair => pair.input.Partition)];
        return new MemberAssignment([.. pairs.Select(pair => pair.Input)], new AssignmentInfo([.. pairs.Select(pair => pair.Task)]).Write());
    }
}
