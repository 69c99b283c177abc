namespace FlowLog.Streams.Assignment;

/// <summary>A member of the group, as far as placing tasks needs it.</summary>
/// <param name="Id">Member id.</param>
/// <param name="Running">Tasks it runs.</param>
/// <param name="OffsetSums">Tasks whose state its instance has, with how far it reaches.</param>
internal sealed record PlacementMember(string Id, IReadOnlySet<TaskId> Running, IReadOnlyDictionary<TaskId, long> OffsetSums);

/// <summary>
/// Decides which member runs which task: numbers differ by one at most, tasks stay where they run, and others go where most of their state is. The same input
/// always gives the same answer.
/// </summary>
internal sealed class TaskPlacement
{
    private readonly List<(PlacementMember Member, List<TaskId> Tasks)> _members;
    private readonly int _each;
    private int _mayHaveOneMore;

    private TaskPlacement(IEnumerable<PlacementMember> members, int tasks)
    {
        _members = [.. members.OrderBy(member => member.Id, StringComparer.Ordinal).Select(member => (member, new List<TaskId>()))];
        _each = tasks / _members.Count;
        _mayHaveOneMore = tasks % _members.Count;
    }

    /// <summary>Tasks by member id.</summary>
    /// <param name="tasks">All tasks; those with state first get what they prefer.</param>
    /// <param name="members">At least one.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<TaskId>> Place(IReadOnlyCollection<(TaskId Task, bool HasState)> tasks, IReadOnlyCollection<PlacementMember> members)
    {
        var placement = new TaskPlacement(members, tasks.Count);
        List<TaskId> open = [.. tasks.OrderByDescending(task => task.HasState).ThenBy(task => task.Task).Select(task => task.Task)];
        placement.Keep(open);
        placement.ToTheirState(open);
        placement.Spread(open);
        return placement._members.ToDictionary(member => member.Member.Id, member => (IReadOnlyList<TaskId>)[.. member.Tasks.Order()]);
    }

    private void Keep(List<TaskId> open)
    {
        foreach (var (member, tasks) in _members)
            open.RemoveAll(task => member.Running.Contains(task) && TryAdd(tasks, task));
    }

    private void ToTheirState(List<TaskId> open) => open.RemoveAll(task =>
    {
        var withState = _members.Where(member => member.Member.OffsetSums.ContainsKey(task)).OrderByDescending(member => member.Member.OffsetSums[task]).ThenBy(member => member.Tasks.Count);
        return withState.Any(member => TryAdd(member.Tasks, task));
    });

    private void Spread(List<TaskId> open)
    {
        foreach (var task in open)
            TryAdd(_members.MinBy(member => member.Tasks.Count).Tasks, task);
    }

    private bool TryAdd(List<TaskId> tasks, TaskId task)
    {
        if (tasks.Count > _each || (tasks.Count == _each && _mayHaveOneMore == 0))
            return false;

        if (tasks.Count == _each)
            _mayHaveOneMore--;

        tasks.Add(task);
        return true;
    }
}
