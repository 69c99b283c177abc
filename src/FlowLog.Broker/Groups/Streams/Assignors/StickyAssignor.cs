using FlowLog.Broker.Java;

namespace FlowLog.Broker.Groups.Streams.Assignors;

/// <summary>
/// Shares tasks evenly among members, in proportion to the threads of each process, and lets everybody keep what it has as far as that allows: who
/// worked on a task, or kept a copy of its state, goes on with it in no time, and anybody else must first read all of its changelog. Copies go to other
/// processes than the task. Pure: the same question always gets the same answer.
/// </summary>
/// <remarks>The steps are those of Kafka's assignor of the same name, so that a group that moves to the other broker stays as it is.</remarks>
internal sealed class StickyAssignor
{
    private static readonly Comparer<TaskId> s_byPartition = Comparer<TaskId>.Create((left, right) =>
        left.Partition != right.Partition ? left.Partition.CompareTo(right.Partition) : string.CompareOrdinal(left.Subtopology, right.Subtopology));

    private readonly TaskQuestion _question;
    private readonly List<ProcessLoad> _processes = [];
    private readonly Dictionary<string, MemberLoad> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<TaskId, MemberLoad> _formerActive = [];
    private readonly Dictionary<TaskId, List<MemberLoad>> _formerStandby = [];
    private readonly Quota _active;
    private readonly Quota _total;

    private StickyAssignor(TaskQuestion question)
    {
        _question = question;
        var active = question.Subtopologies.Sum(subtopology => subtopology.Tasks);
        var standby = question.Subtopologies.Where(subtopology => subtopology.IsStateful).Sum(subtopology => subtopology.Tasks) * question.StandbyReplicas;
        _active = new Quota(active, question.Members.Count);
        _total = new Quota(active + standby, question.Members.Count);
        foreach (var process in HashMapOrder.Of(question.Members.GroupBy(member => member.ProcessId, StringComparer.Ordinal).ToList(), process => process.Key, question.Members.Count))
        {
            var load = new ProcessLoad();
            _processes.Add(load);
            foreach (var member in process)
                Enter(member, load.Add(member.Id));
        }
    }

    /// <summary>The tasks of each member that <paramref name="question"/> names.</summary>
    public static IReadOnlyDictionary<string, TaskSets> Assign(TaskQuestion question)
    {
        var assignor = new StickyAssignor(question);
        if (question.Members.Count > 0)
        {
            assignor.AssignActive();
            if (question.StandbyReplicas > 0)
                assignor.AssignStandby();
        }

        return assignor._members.ToDictionary(member => member.Key, member => member.Value.Tasks(), StringComparer.Ordinal);
    }

    private void Enter(TaskCandidate member, MemberLoad load)
    {
        _members[member.Id] = load;
        foreach (var task in member.Present.Active)
            _formerActive[task] = load;
        foreach (var task in member.Present.Standby)
        {
            if (!_formerStandby.TryGetValue(task, out var keepers))
                _formerStandby[task] = keepers = [];
            keepers.Add(load);
        }
    }

    private List<TaskId> Tasks(bool onlyStateful) =>
    [
        .. _question.Subtopologies
            .Where(subtopology => subtopology.IsStateful || !onlyStateful)
            .SelectMany(subtopology => Enumerable.Range(0, subtopology.Tasks).Select(partition => new TaskId(subtopology.Subtopology, partition))),
    ];

    private void AssignActive()
    {
        var free = Tasks(onlyStateful: false).Order(s_byPartition).ToList();
        free.RemoveAll(task => _formerActive.TryGetValue(task, out var former) && TryTakeActive(former, task));
        free.RemoveAll(task => LeastLoaded(_formerStandby.GetValueOrDefault(task), null) is { } keeper && TryTakeActive(keeper, task));
        var byLoad = new LoadQueue(_processes);
        foreach (var task in free.Order())
        {
            var process = byLoad.Dequeue();
            TakeActive(process.LeastLoaded(), task);
            byLoad.Enqueue(process);
        }
    }

    private bool TryTakeActive(MemberLoad member, TaskId task)
    {
        if (member.Count >= _active.PerMember)
            return false;

        TakeActive(member, task);
        return true;
    }

    private void TakeActive(MemberLoad member, TaskId task)
    {
        member.Take(task, isActive: true);
        _active.Reached(member.Count);
        _total.Reached(member.Count);
    }

    private void AssignStandby()
    {
        var left = new List<(TaskId Task, int Replicas)>();
        foreach (var task in Tasks(onlyStateful: true).OrderDescending(s_byPartition))
        {
            var replicas = _question.StandbyReplicas;
            while (replicas > 0 && TryTakeStandbyAgain(task))
                replicas--;
            if (replicas > 0)
                left.Add((task, replicas));
        }

        var byLoad = new LoadQueue(_processes);
        foreach (var (task, replicas) in left.OrderByDescending(entry => entry.Task))
        {
            for (var replica = 0; replica < replicas && TryTakeStandby(byLoad, task); replica++)
                continue;
        }
    }

    // Who worked on it knows most of its state; who kept a copy comes next.
    private bool TryTakeStandbyAgain(TaskId task)
    {
        if (_formerActive.TryGetValue(task, out var former) && !former.Process.Has(task) && former.Count < _total.PerMember)
        {
            TakeStandby(former, task);
            return true;
        }

        if (LeastLoaded(_formerStandby.GetValueOrDefault(task), task) is not { } keeper || keeper.Count >= _total.PerMember)
            return false;

        TakeStandby(keeper, task);
        return true;
    }

    // The least loaded process that has not got the task anyway. There may be none: then there are fewer copies.
    private bool TryTakeStandby(LoadQueue byLoad, TaskId task)
    {
        var passed = new Stack<ProcessLoad>();
        var found = false;
        while (!found && byLoad.Count > 0)
        {
            var process = byLoad.Dequeue();
            passed.Push(process);
            if (process.Has(task))
                continue;

            TakeStandby(process.LeastLoaded(), task);
            found = true;
        }

        foreach (var process in passed)
            byLoad.Enqueue(process);

        return found;
    }

    private void TakeStandby(MemberLoad member, TaskId task)
    {
        member.Take(task, isActive: false);
        _total.Reached(member.Count);
    }

    // The first of them unless another's process and itself both have less to do; nobody if the first one's process has the task already.
    private static MemberLoad? LeastLoaded(List<MemberLoad>? members, TaskId? unlessIn)
    {
        if (members is null)
            return null;

        var candidate = members[0];
        var isTaken = unlessIn is { } task && candidate.Process.Has(task);
        foreach (var member in members.Skip(1))
        {
            var isFree = unlessIn is not { } wanted || !member.Process.Has(wanted);
            if (isFree && member.Process.Load < candidate.Process.Load && member.Count < candidate.Count)
                candidate = member;
        }

        return isTaken ? null : candidate;
    }
}
