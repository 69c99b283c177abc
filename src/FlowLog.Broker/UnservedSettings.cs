using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker;

/// <summary>
/// Settings of Kafka's that this version knows and cannot act on. Those that protect something are refused, because a node that passed over them would be open where its owner thinks it
/// closed; the others are told at the start.
/// </summary>
internal static class UnservedSettings
{
    private static readonly (string Name, string Consequence)[] s_refused =
    [
        ("authorizer.class.name", "this version has no authorizer, and everybody might do everything"),
        ("alter.config.policy.class.name", "classes of Java cannot be loaded, and the policy would not hold"),
        ("create.topic.policy.class.name", "classes of Java cannot be loaded, and the policy would not hold"),
        ("client.quota.callback.class", "classes of Java cannot be loaded, and the quotas would not hold"),
        ("remote.log.storage.system.enable", "this version has no tiered storage, and what outlives local.retention would not be deleted"),
    ];

    // Not those of the share coordinator: the file that comes with Kafka sets two of them, and means nothing by it.
    private static readonly string[] s_withoutEffect =
    [
        "connection.failed.authentication.delay.ms", "connections.max.reauth.ms", "delegation.token.", "group.share.", "group.consumer.regex.refresh.interval.ms", "internal.metadata.",
        "kafka.metrics.", "log.initial.task.delay.ms", "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms", "principal.builder.class",
        "producer.id.expiration.check.interval.ms", "remote.", "sasl.", "security.providers", "server.max.startup.time.ms", "ssl.", "unclean.leader.election.interval.ms",
        "unstable.",
    ];

    /// <summary>What must not be passed over, one sentence each.</summary>
    public static IEnumerable<string> Problems(IReadOnlyDictionary<string, string> properties)
    {
        foreach (var (name, consequence) in s_refused)
        {
            if (properties.GetValueOrDefault(name)?.Trim() is { Length: > 0 } value && value != ConfigTable.Broker.Find(name)!.Default)
                yield return $"{name} is set to '{value}': {consequence}. Take it out to go on without.";
        }
    }

    /// <summary>The keys that are set to something else than Kafka's default and change nothing, in order.</summary>
    public static IReadOnlyList<string> WithoutEffect(IReadOnlyDictionary<string, string> properties) =>
    [
        .. properties
            .Where(property => s_withoutEffect.Any(start => property.Key.StartsWith(start, StringComparison.Ordinal)))
            .Where(property => !s_refused.Any(refused => refused.Name == property.Key) && property.Value.Trim() != (ConfigTable.Broker.Find(property.Key)?.Default ?? ""))
            .Select(property => property.Key)
            .Order(StringComparer.Ordinal),
    ];
}
