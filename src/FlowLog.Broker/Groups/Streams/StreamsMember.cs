using System.Collections.Immutable;
using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>How far a member has come on the way to the tasks that it shall have. The numbers are those of the records.</summary>
internal enum StreamsMemberState : sbyte
{
    /// <summary>It has what it shall have.</summary>
    Stable = 1,

    /// <summary>It has been told to give tasks up and has not confirmed that it did.</summary>
    UnrevokedTasks = 2,

    /// <summary>It waits for tasks that others have not given up.</summary>
    UnreleasedTasks = 3,
}

/// <summary>Where a member answers queries for the state that it holds.</summary>
internal sealed record StreamsEndpoint(string Host, ushort Port);

/// <summary>One member of a streams group: a thread of an application, in one of its processes. Immutable.</summary>
internal sealed record StreamsMember(string Id)
{
    /// <summary>The epoch with which a member joins.</summary>
    public const int Joins = 0;

    /// <summary>The epoch with which a member leaves.</summary>
    public const int Leaves = -1;

    /// <summary>The epoch with which a static member leaves for a while. There are no static members yet, here as in Kafka.</summary>
    public const int LeavesForAWhile = -2;

    public static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientHost { get; init; } = "";

    /// <summary>How long it may take to give tasks up.</summary>
    public int RebalanceTimeoutMs { get; init; } = -1;

    /// <summary>Which of the application's topologies it runs.</summary>
    public int TopologyEpoch { get; init; } = -1;

    /// <summary>Members of one process share its state directory: no task may be there twice.</summary>
    public string ProcessId { get; init; } = "";

    public StreamsEndpoint? Endpoint { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = NoTags;

    public int Epoch { get; init; }

    /// <summary>The epoch before: what a member says whose last answer was lost.</summary>
    public int PreviousEpoch { get; init; }

    public StreamsMemberState State { get; init; } = StreamsMemberState.Stable;

    /// <summary>What it has and may keep.</summary>
    public HeldTasks Assigned { get; init; } = HeldTasks.None;

    /// <summary>What it has been told to give up.</summary>
    public HeldTasks Revoking { get; init; } = HeldTasks.None;

    /// <summary>When it is out unless it is heard of. Not in records.</summary>
    public long SessionDeadline { get; init; } = Moment.Never;

    /// <summary>When it is out unless it has given up what it was told to. Not in records.</summary>
    public long RevocationDeadline { get; init; } = Moment.Never;

    /// <summary>What it last said to have; null if it never has. Not in records.</summary>
    public TaskSets? Reported { get; init; }

    /// <summary>When it was last told what to have. Not in records.</summary>
    public long ToldAt { get; init; }

    /// <summary>True if it is where the target of <paramref name="targetEpoch"/> wants it.</summary>
    public bool IsReconciledTo(int targetEpoch) => State == StreamsMemberState.Stable && Epoch == targetEpoch;

    /// <summary>What of it is written as its metadata is the same.</summary>
    public bool IsDescribedAs(StreamsMember other) =>
        InstanceId == other.InstanceId && RackId == other.RackId && ClientId == other.ClientId && ClientHost == other.ClientHost
        && RebalanceTimeoutMs == other.RebalanceTimeoutMs && TopologyEpoch == other.TopologyEpoch && ProcessId == other.ProcessId
        && Endpoint == other.Endpoint && Tags.SequenceEqual(other.Tags);

    /// <summary>What of it is written as its present assignment is the same.</summary>
    public bool StandsAs(StreamsMember other) =>
        Epoch == other.Epoch && PreviousEpoch == other.PreviousEpoch && State == other.State && Assigned.Is(other.Assigned) && Revoking.Is(other.Revoking);
}
