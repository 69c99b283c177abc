namespace FlowLog.Client.Consuming.Groups;

/// <summary>Settings of a bare group membership.</summary>
public sealed record GroupMemberOptions : ClientOptions
{
    /// <summary>The group. <c>group.id</c></summary>
    public required string GroupId { get; init; }

    /// <summary>Makes the member static (KIP-345). <c>group.instance.id</c></summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>Silence after which the group gives this member up; 45 s. <c>session.timeout.ms</c></summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time between heartbeats; 3 s. <c>heartbeat.interval.ms</c></summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the group waits for this member to join a rebalance; 60 s. <c>rebalance.timeout.ms</c></summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;

        if (string.IsNullOrEmpty(GroupId))
            yield return "group.id is empty.";
        if (HeartbeatInterval <= TimeSpan.Zero || HeartbeatInterval >= SessionTimeout)
            yield return $"heartbeat.interval.ms is {HeartbeatInterval.TotalMilliseconds}; it must be positive and below session.timeout.ms ({SessionTimeout.TotalMilliseconds}).";
        if (RebalanceTimeout <= TimeSpan.Zero)
            yield return $"rebalance.timeout.ms is {RebalanceTimeout.TotalMilliseconds}; it must be positive.";
    }
}
