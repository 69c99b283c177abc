using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>
/// One step of a member from the tasks that it has to those that it shall have. First it gives up what it shall not have, and stays in its epoch until
/// it has confirmed that; then it gets what is free, and later what others give up. A task is never active in two places, nor twice in one process.
/// </summary>
internal static class TaskReconciliation
{
    /// <summary>The member after the step; the same if it has to wait.</summary>
    /// <param name="group">The group, with what everybody has before the step.</param>
    /// <param name="member">The member.</param>
    /// <param name="targetEpoch">The epoch of the target.</param>
    /// <param name="target">What the member shall have.</param>
    /// <param name="owned">What the member says to have; null if it does not say.</param>
    public static StreamsMember Step(StreamsGroup group, StreamsMember member, int targetEpoch, TaskSets target, TaskSets? owned)
    {
        if (member.IsReconciledTo(targetEpoch))
            return member;

        if (member.State != StreamsMemberState.UnrevokedTasks)
            return Next(group, member, member.Epoch, targetEpoch, target, owned);

        // Who does not say what it has is taken to have everything.
        return owned is null || member.Revoking.Overlaps(owned)
            ? member
            : Next(group, member, member.Epoch + 1, targetEpoch, target, owned);
    }

    private static StreamsMember Next(StreamsGroup group, StreamsMember member, int epoch, int targetEpoch, TaskSets target, TaskSets? owned)
    {
        var had = member.Assigned;
        var kept = new HeldTasks(
            had.Active.RemoveRange(had.Active.Keys.Where(task => !target.Active.Contains(task))),
            had.Standby.Intersect(target.Standby),
            had.Warmup.Intersect(target.Warmup));
        var revoking = new HeldTasks(had.Active.RemoveRange(kept.Active.Keys), had.Standby.Except(kept.Standby), had.Warmup.Except(kept.Warmup));
        if (!revoking.IsEmpty && (owned is null || revoking.Overlaps(owned)))
            return Become(member, epoch, StreamsMemberState.UnrevokedTasks, kept, revoking);

        var held = HeldByOthers.In(group, member.ProcessId);
        var wantedActive = target.Active.Where(task => !kept.Active.ContainsKey(task)).ToList();
        var wantedStandby = target.Standby.Except(kept.Standby);
        var wantedWarmup = target.Warmup.Except(kept.Warmup);
        var free = new HeldTasks(
            wantedActive.Where(held.IsFreeToWorkOn).ToImmutableSortedDictionary(task => task, _ => targetEpoch),
            [.. wantedStandby.Where(held.IsFreeToKeep)],
            [.. wantedWarmup.Where(held.IsFreeToKeep)]);
        var hasAll = free.Active.Count == wantedActive.Count && free.Standby.Count == wantedStandby.Count && free.Warmup.Count == wantedWarmup.Count;
        return Become(
            member, targetEpoch, hasAll ? StreamsMemberState.Stable : StreamsMemberState.UnreleasedTasks, kept.Union(free), HeldTasks.None);
    }

    private static StreamsMember Become(StreamsMember member, int epoch, StreamsMemberState state, HeldTasks assigned, HeldTasks revoking) => member with
    {
        Epoch = epoch,
        PreviousEpoch = member.Epoch,
        State = state,
        Assigned = assigned,
        Revoking = revoking,
    };

    // Who has what, as far as it keeps one process from having it too. What a member has just given up counts as held until its step is written.
    private sealed class HeldByOthers
    {
        private readonly HashSet<TaskId> _active = [];
        private readonly HashSet<TaskId> _inProcess = [];

        public static HeldByOthers In(StreamsGroup group, string processId)
        {
            var held = new HeldByOthers();
            foreach (var member in group.Members.Values)
            {
                held.Add(member.Assigned, member.ProcessId == processId);
                held.Add(member.Revoking, member.ProcessId == processId);
            }

            return held;
        }

        public bool IsFreeToWorkOn(TaskId task) => !_active.Contains(task) && !_inProcess.Contains(task);

        public bool IsFreeToKeep(TaskId task) => !_inProcess.Contains(task);

        private void Add(HeldTasks tasks, bool inProcess)
        {
            _active.UnionWith(tasks.Active.Keys);
            if (!inProcess)
                return;

            _inProcess.UnionWith(tasks.Active.Keys);
            _inProcess.UnionWith(tasks.Standby);
            _inProcess.UnionWith(tasks.Warmup);
        }
    }
}
