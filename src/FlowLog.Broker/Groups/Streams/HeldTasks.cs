using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>The tasks that a member has, or has been told to give up.</summary>
/// <param name="Active">Tasks that it works on, each with the epoch in which it got them: who commits with an older one is a ghost of somebody else's time.</param>
/// <param name="Standby">Tasks whose state it keeps.</param>
/// <param name="Warmup">Tasks whose state it builds up.</param>
internal sealed record HeldTasks(ImmutableSortedDictionary<TaskId, int> Active, ImmutableSortedSet<TaskId> Standby, ImmutableSortedSet<TaskId> Warmup)
{
    public static readonly HeldTasks None = new(ImmutableSortedDictionary<TaskId, int>.Empty, [], []);

    public bool IsEmpty => Active.IsEmpty && Standby.IsEmpty && Warmup.IsEmpty;

    public HeldTasks Union(HeldTasks others) => new(Active.SetItems(others.Active), Standby.Union(others.Standby), Warmup.Union(others.Warmup));

    /// <summary>True if <paramref name="owned"/> names any of these, in the same role.</summary>
    public bool Overlaps(TaskSets owned) => owned.Active.Any(Active.ContainsKey) || owned.Standby.Overlaps(Standby) || owned.Warmup.Overlaps(Warmup);

    /// <summary>True if <paramref name="owned"/> names nothing but these.</summary>
    public bool Contains(TaskSets owned) => owned.Active.All(Active.ContainsKey) && owned.Standby.IsSubsetOf(Standby) && owned.Warmup.IsSubsetOf(Warmup);

    /// <summary>True if <paramref name="owned"/> names exactly these.</summary>
    public bool Is(TaskSets owned) => owned.Active.SetEquals(Active.Keys) && owned.Standby.SetEquals(Standby) && owned.Warmup.SetEquals(Warmup);

    public bool Is(HeldTasks other) =>
        ReferenceEquals(this, other)
        || (Active.SequenceEqual(other.Active) && Standby.SetEquals(other.Standby) && Warmup.SetEquals(other.Warmup));
}
