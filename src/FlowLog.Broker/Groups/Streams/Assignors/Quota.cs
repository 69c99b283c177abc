namespace FlowLog.Broker.Groups.Streams.Assignors;

/// <summary>
/// How many tasks one member should get: an even share, rounded up. Whoever has reached it is out of the reckoning, and what is left is shared among the
/// others, so that rounding up does not leave the last ones with nothing.
/// </summary>
internal sealed class Quota(int tasks, int members)
{
    private int _tasks = tasks;
    private int _members = members;

    public int PerMember { get; private set; } = Share(tasks, members);

    /// <summary>A member has <paramref name="count"/> tasks now.</summary>
    public void Reached(int count)
    {
        if (count != PerMember)
            return;

        _members--;
        _tasks -= count;
        PerMember = Share(_tasks, _members);
    }

    private static int Share(int tasks, int members) => members == 0 ? 0 : (tasks / members) + (tasks % members > 0 ? 1 : 0);
}
