using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>The tasks that a member shall have, or says to have, by what it is to do with them.</summary>
/// <param name="Active">Tasks that it works on.</param>
/// <param name="Standby">Tasks whose state it keeps, so that it can go on with them quickly.</param>
/// <param name="Warmup">Tasks whose state it builds up, because it is to work on them later.</param>
internal sealed record TaskSets(ImmutableSortedSet<TaskId> Active, ImmutableSortedSet<TaskId> Standby, ImmutableSortedSet<TaskId> Warmup)
{
    public static readonly TaskSets None = new([], [], []);

    public bool IsEmpty => Active.IsEmpty && Standby.IsEmpty && Warmup.IsEmpty;

    public bool SetEquals(TaskSets other) => Active.SetEquals(other.Active) && Standby.SetEquals(other.Standby) && Warmup.SetEquals(other.Warmup);
}
