using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Streams;

namespace FlowLog.Broker.Groups;

/// <summary>
/// What the group coordinator can be told. Defaults are Kafka's. What it is not told, because it does without: <c>group.coordinator.threads</c> and
/// <c>group.coordinator.background.threads</c> (shards run on the threads that bring requests), <c>group.coordinator.append.linger.ms</c> (appends that come
/// while the device is busy share its next sync), <c>group.coordinator.cached.buffer.max.bytes</c> (no buffer is kept), and
/// <c>offsets.commit.timeout.ms</c> (there is no other replica to wait for).
/// </summary>
internal sealed record GroupSettings
{
    /// <summary><c>group.min.session.timeout.ms</c>: the shortest session that a classic member may ask for.</summary>
    public int MinSessionTimeoutMs { get; init; } = 6_000;

    /// <summary><c>group.max.session.timeout.ms</c>: the longest session that a classic member may ask for.</summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members after the first.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3_000;

    /// <summary><c>group.max.size</c>: the most members of a classic group.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary>How long the join of a member that nobody has heard of since may stay open. Not configurable in Kafka either.</summary>
    public int NewMemberJoinTimeoutMs { get; init; } = 5 * 60 * 1000;

    /// <summary><c>offsets.retention.minutes</c>, in milliseconds.</summary>
    public long OffsetsRetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary><c>offsets.retention.check.interval.ms</c>.</summary>
    public long OffsetsRetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary>How consumer groups are run, unless a group has its own values.</summary>
    public ConsumerSettings Consumers { get; init; } = new();

    /// <summary>How streams groups are run, unless a group has its own values.</summary>
    public StreamsSettings Streams { get; init; } = new();

    /// <summary><c>offset.metadata.max.bytes</c>. Kafka counts characters, and so do we: its clients rely on what it accepts.</summary>
    public int OffsetMetadataMaxLength { get; init; } = 4096;
}
