namespace FlowLog.Client.Consuming;

/// <summary>How to close a consumer (KIP-1092).</summary>
public sealed record CloseOptions
{
    /// <summary>How long to try to commit and to leave; 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the group is told. Staying keeps the assignment until the session ends.</summary>
    public GroupMembershipOperation Membership { get; init; } = GroupMembershipOperation.Default;
}

/// <summary>What becomes of the membership.</summary>
public enum GroupMembershipOperation
{
    /// <summary>Dynamic members leave, static members remain.</summary>
    Default,

    /// <summary>Leave, also as a static member.</summary>
    LeaveGroup,

    /// <summary>Remain, also as a dynamic member.</summary>
    RemainInGroup,
}
