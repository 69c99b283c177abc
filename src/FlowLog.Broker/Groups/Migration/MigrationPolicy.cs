namespace FlowLog.Broker.Groups.Migration;

/// <summary><c>group.consumer.migration.policy</c>: which way groups may go over from one protocol to the other while members are in them.</summary>
[Flags]
internal enum MigrationPolicy
{
    /// <summary>Neither; an empty group may all the same.</summary>
    Disabled = 0,

    /// <summary>From the classic protocol to the consumer protocol.</summary>
    Upgrade = 1,

    /// <summary>From the consumer protocol to the classic protocol.</summary>
    Downgrade = 2,

    /// <summary>Both ways.</summary>
    Bidirectional = Upgrade | Downgrade,
}
