namespace FlowLog.Broker.Groups.Streams.Assignors;

/// <summary>What one process has been given so far, and which of its members.</summary>
internal sealed class ProcessLoad
{
    private readonly Dictionary<string, MemberLoad> _members = new(StringComparer.Ordinal);
    private readonly HashSet<TaskId> _tasks = [];
    private int _count;

    /// <summary>Tasks per member: a process with more threads can do more.</summary>
    public double Load => _count / (double)_members.Count;

    public IEnumerable<MemberLoad> Members => _members.Values;

    public MemberLoad this[string memberId] => _members[memberId];

    public MemberLoad Add(string memberId) => _members[memberId] = new MemberLoad(memberId, this);

    /// <summary>True if some member has the task, in whatever role.</summary>
    public bool Has(TaskId task) => _tasks.Contains(task);

    public MemberLoad LeastLoaded() => _members.Values.MinBy(member => member.Count)!;

    /// <summary>Counts a task that one of the members was given.</summary>
    public void Took(TaskId task)
    {
        _tasks.Add(task);
        _count++;
    }
}

/// <summary>What one member has been given so far.</summary>
internal sealed class MemberLoad(string memberId, ProcessLoad process)
{
    private readonly SortedSet<TaskId> _active = [];
    private readonly SortedSet<TaskId> _standby = [];

    public string MemberId => memberId;

    public ProcessLoad Process => process;

    public int Count { get; private set; }

    public void Take(TaskId task, bool isActive)
    {
        (isActive ? _active : _standby).Add(task);
        process.Took(task);
        Count++;
    }

    public TaskSets Tasks() => new([.. _active], [.. _standby], []);
}
