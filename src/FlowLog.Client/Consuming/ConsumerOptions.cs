using FlowLog.Client.Consuming.Assignors;

namespace FlowLog.Client.Consuming;

/// <summary>Settings of a <see cref="IConsumer"/>. Kafka's property name stands behind each.</summary>
public sealed record ConsumerOptions : ClientOptions
{
    /// <summary>The group to join and to commit for; needed for subscriptions and commits. <c>group.id</c></summary>
    public string? GroupId { get; init; }

    /// <summary>Makes the member static (KIP-345): it keeps its partitions over a restart within the session time-out. <c>group.instance.id</c></summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>Where to read from without a usable position; the end. <c>auto.offset.reset</c></summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Latest;

    /// <summary>Commits what was processed while polling, on revocation and on closing; true. <c>enable.auto.commit</c></summary>
    public bool EnableAutoCommit { get; init; } = true;

    /// <summary>Time between automatic commits; 5 s. <c>auto.commit.interval.ms</c></summary>
    public TimeSpan AutoCommitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which the group gives this member up; 45 s. <c>session.timeout.ms</c></summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time between heartbeats; 3 s. <c>heartbeat.interval.ms</c></summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest time between two polls; beyond, the member leaves the group by itself; 5 min. <c>max.poll.interval.ms</c></summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Records after which a poll stops adding; 500. Batches are handed out whole, as they lie on the wire, at least one
    /// per poll, so a poll may return more. <c>max.poll.records</c>
    /// </summary>
    public int MaxPollRecords { get; init; } = 500;

    /// <summary>Bytes a broker waits for before it answers a fetch; 1. <c>fetch.min.bytes</c></summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary>Most bytes of one fetch answer, 50 MiB; a larger batch still comes, alone. <c>fetch.max.bytes</c></summary>
    public int FetchMaxBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>Most bytes per partition of one fetch answer; 1 MiB. <c>max.partition.fetch.bytes</c></summary>
    public int MaxPartitionFetchBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a broker waits for <see cref="FetchMinBytes"/>; 500 ms. <c>fetch.max.wait.ms</c></summary>
    public TimeSpan FetchMaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether records of open and aborted transactions are seen; they are. <c>isolation.level</c></summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadUncommitted;

    /// <summary>Checks each batch's CRC; true. <c>check.crcs</c></summary>
    public bool CheckCrcs { get; init; } = true;

    /// <summary>Where this client stands, to read from a replica nearby (KIP-392). <c>client.rack</c></summary>
    public string? ClientRack { get; init; }

    /// <summary>Whether subscribing to a topic that does not exist may create it, if the broker allows it; true. <c>allow.auto.create.topics</c></summary>
    public bool AllowAutoCreateTopics { get; init; } = true;

    /// <summary>Whether a pattern leaves out the cluster's own topics; true. <c>exclude.internal.topics</c></summary>
    public bool ExcludeInternalTopics { get; init; } = true;

    /// <summary>
    /// Assignors in order of preference, offered to the group; range, then cooperative sticky. With these two the group
    /// uses range and changes to cooperative once range is dropped in a second round of restarts. <c>partition.assignment.strategy</c>
    /// </summary>
    public IReadOnlyList<IPartitionAssignor> Assignors { get; init; } = [new RangeAssignor(), new CooperativeStickyAssignor()];

    /// <summary>Options from Kafka's property names.</summary>
    /// <exception cref="OptionsException">Unknown names, values that do not parse, or settings that contradict each other.</exception>
    public static ConsumerOptions FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var from = new PropertyReader(properties);
        var defaults = new ConsumerOptions().WithCommon(from);
        from.OneOf("group.protocol", "classic", ("classic", "classic"));
        var options = defaults with
        {
            GroupId = from.TextOrNull("group.id"),
            GroupInstanceId = from.TextOrNull("group.instance.id"),
            AutoOffsetReset = from.OneOf("auto.offset.reset", defaults.AutoOffsetReset,
                ("latest", AutoOffsetReset.Latest), ("earliest", AutoOffsetReset.Earliest), ("none", AutoOffsetReset.None)),
            EnableAutoCommit = from.Boolean("enable.auto.commit", defaults.EnableAutoCommit),
            AutoCommitInterval = from.Milliseconds("auto.commit.interval.ms", defaults.AutoCommitInterval),
            SessionTimeout = from.Milliseconds("session.timeout.ms", defaults.SessionTimeout),
            HeartbeatInterval = from.Milliseconds("heartbeat.interval.ms", defaults.HeartbeatInterval),
            MaxPollInterval = from.Milliseconds("max.poll.interval.ms", defaults.MaxPollInterval),
            MaxPollRecords = from.Int32("max.poll.records", defaults.MaxPollRecords),
            FetchMinBytes = from.Int32("fetch.min.bytes", defaults.FetchMinBytes),
            FetchMaxBytes = from.Int32("fetch.max.bytes", defaults.FetchMaxBytes),
            MaxPartitionFetchBytes = from.Int32("max.partition.fetch.bytes", defaults.MaxPartitionFetchBytes),
            FetchMaxWait = from.Milliseconds("fetch.max.wait.ms", defaults.FetchMaxWait),
            IsolationLevel = from.OneOf("isolation.level", defaults.IsolationLevel,
                ("read_uncommitted", IsolationLevel.ReadUncommitted), ("read_committed", IsolationLevel.ReadCommitted)),
            CheckCrcs = from.Boolean("check.crcs", defaults.CheckCrcs),
            ClientRack = from.TextOrNull("client.rack"),
            AllowAutoCreateTopics = from.Boolean("allow.auto.create.topics", defaults.AllowAutoCreateTopics),
            ExcludeInternalTopics = from.Boolean("exclude.internal.topics", defaults.ExcludeInternalTopics),
            Assignors = AssignorNames.Read(from, defaults.Assignors),
        };

        from.Finish();
        options.ThrowIfWrong();
        return options;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;

        if (HeartbeatInterval <= TimeSpan.Zero || HeartbeatInterval >= SessionTimeout)
            yield return $"heartbeat.interval.ms is {HeartbeatInterval.TotalMilliseconds}; it must be positive and below session.timeout.ms ({SessionTimeout.TotalMilliseconds}).";
        if (MaxPollInterval <= TimeSpan.Zero)
            yield return $"max.poll.interval.ms is {MaxPollInterval.TotalMilliseconds}; it must be positive.";
        if (MaxPollRecords < 1)
            yield return $"max.poll.records is {MaxPollRecords}; it must be at least 1.";
        if (FetchMaxBytes < 1 || MaxPartitionFetchBytes < 1 || FetchMinBytes < 0)
            yield return $"fetch.max.bytes ({FetchMaxBytes}) and max.partition.fetch.bytes ({MaxPartitionFetchBytes}) must be positive, fetch.min.bytes ({FetchMinBytes}) not negative.";
        if (Assignors.Count == 0)
            yield return "partition.assignment.strategy is empty; a group needs at least one assignor.";
        if (GroupInstanceId is not null && GroupId is null)
            yield return "group.instance.id needs a group.id.";
        if (Assignors.Select(assignor => assignor.Name).Distinct(StringComparer.Ordinal).Count() != Assignors.Count)
            yield return "partition.assignment.strategy names an assignor twice.";
    }
}
