using System.Collections.Immutable;
using System.Globalization;
using FlowLog.Broker.Groups.Streams.Assignors;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>Computes which tasks the members of a group shall have.</summary>
internal static class StreamsTargeting
{
    private const string StandbyReplicas = "num.standby.replicas";

    /// <summary>The settings that a target depends on, as they are recorded with the group's epoch.</summary>
    public static ImmutableSortedDictionary<string, string> ConfigsOf(StreamsSettings settings) =>
        StreamsGroup.NoConfigs.Add(StandbyReplicas, settings.StandbyReplicas.ToString(CultureInfo.InvariantCulture));

    /// <summary>True if enough time has passed since the last target: many changes in a short time cost one.</summary>
    public static bool IsDue(StreamsGroup group, StreamsSettings settings, GroupTurn turn) =>
        group.TargetAt == 0 || settings.AssignmentIntervalMs == 0 || turn.Now.UnixMs >= group.TargetAt + settings.AssignmentIntervalMs;

    /// <summary>The group with the target of its present epoch. While its topics do not fit, nobody shall have anything.</summary>
    public static StreamsGroup Compute(StreamsGroup group, GroupTurn turn)
    {
        var shares = group.Configured is { IsReady: true } configured ? StickyAssignor.Assign(Question(group, configured.TaskCounts())) : null;
        var next = group.Target;
        foreach (var memberId in group.Members.Keys)
        {
            var tasks = shares?[memberId] ?? TaskSets.None;
            if (group.Target.TryGetValue(memberId, out var before) && before.SetEquals(tasks))
                continue;

            turn.Decision.Add(StreamsRecords.Target(group.Id, memberId, tasks));
            next = next.SetItem(memberId, tasks);
        }

        group = group with { Target = next, TargetEpoch = group.Epoch, TargetAt = turn.Now.UnixMs };
        turn.Decision.Add(StreamsRecords.TargetEpoch(group));
        return group;
    }

    private static TaskQuestion Question(StreamsGroup group, IReadOnlyList<TaskCount> tasks) => new(
        [.. group.Members.Values.Select(member => new TaskCandidate(member.Id, member.ProcessId, group.TargetOf(member.Id)))],
        tasks,
        group.AssignmentConfigs.TryGetValue(StandbyReplicas, out var replicas) ? int.Parse(replicas, CultureInfo.InvariantCulture) : 0);
}
