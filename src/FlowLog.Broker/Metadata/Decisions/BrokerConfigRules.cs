using System.Buffers;
using System.Globalization;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Which configs of a broker may change while it runs, and to what. A refused one is an invalid request, not an invalid config: so Kafka has it.</summary>
internal static class BrokerConfigRules
{
    private const long LeastDedupeBuffer = 1 << 20;
    private const string ListenerPrefix = "listener.name.";
    private const string MinIsr = "min.insync.replicas";

    private static readonly SearchValues<char> s_hostCharacters = SearchValues.Create("-%._:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> s_threadCounts = new(
        ["num.io.threads", "num.network.threads", "num.replica.fetchers", "num.recovery.threads.per.data.dir", "log.cleaner.threads", "background.threads",
            "remote.log.reader.threads", "remote.log.manager.copier.thread.pool.size", "remote.log.manager.expiration.thread.pool.size", "remote.log.manager.follower.thread.pool.size"],
        StringComparer.Ordinal);

    /// <summary>These change for one listener at a time, under its prefix.</summary>
    private static readonly HashSet<string> s_ofListeners = new(
        [
            "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password", "ssl.key.password", "ssl.keystore.certificate.chain", "ssl.keystore.key",
            "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.certificates",
        ],
        StringComparer.Ordinal);

    /// <summary>
    /// With eligible leader replicas (KIP-966) every broker must have the same <c>min.insync.replicas</c>: no broker has its own, and the cluster always has one.
    /// </summary>
    public static Refusal? CheckEligibleLeaders(
        FeaturesImage features,
        ConfigResource resource,
        IReadOnlyList<ConfigWish> wishes,
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string> after)
    {
        if (features.Level(Features.EligibleLeaderReplicas) < 1)
            return null;
        if (resource != ConfigResource.AllBrokers)
        {
            return wishes.Any(wish => wish.Name == MinIsr)
                ? new Refusal(ErrorCode.InvalidConfig, $"Broker-level {MinIsr} cannot be altered while {Features.EligibleLeaderReplicas} is enabled.")
                : null;
        }

        return before.ContainsKey(MinIsr) && !after.ContainsKey(MinIsr)
            ? new Refusal(ErrorCode.InvalidConfig, $"Cluster-level {MinIsr} cannot be removed while {Features.EligibleLeaderReplicas} is enabled.")
            : null;
    }

    /// <summary>The canonical value; the refusal says why it cannot be set. A key that nobody knows is taken as it is.</summary>
    public static string? Parse(ConfigResource resource, string name, string value, out Refusal? refusal)
    {
        refusal = null;
        if (Find(name, out var isPrefixed) is not { } definition)
            return value;
        var canonical = definition.Parse(value, out var problem);
        problem = definition.IsReadOnly ? $"Cannot update these configs dynamically: [{name}]"
            : s_ofListeners.Contains(name) && !isPrefixed ? $"These security configs can be dynamically updated only per-listener using the listener prefix: [{name}]"
            : problem is not null ? problem
            : resource == ConfigResource.AllBrokers && definition.Update == ConfigUpdate.PerBroker ? $"Cannot update these configs at default cluster level, broker id must be specified: [{name}]"
            : name == "listeners" ? "The listeners of a running broker cannot change: set them in its properties and start it anew."
            : definition.Name is "max.connections" or "max.connection.creation.rate" && canonical == "0" ? $"{name} is 0; the smallest is 1."
            : canonical != definition.Default && NamesClasses(definition) && (canonical!.Length > 0 || definition.Type == ConfigType.Class) ? $"{name} names the class {canonical}, and this broker loads none."
            : name == "log.cleaner.dedupe.buffer.size" && long.Parse(canonical!, CultureInfo.InvariantCulture) <= LeastDedupeBuffer
                ? $"{name} is {canonical}; each cleaner thread needs more than {LeastDedupeBuffer} bytes."
            : name == "max.connections.per.ip.overrides" && !canonical!.Split(',').All(IsOverride) ? $"{name} is '{canonical}'; it takes host:count,host:count."
            : name == "max.connections.per.ip" && canonical == "0" ? "max.connections.per.ip can be 0 only together with max.connections.per.ip.overrides."
            : name == "log.roll.ms" && long.Parse(canonical!, CultureInfo.InvariantCulture) < 1 ? $"{name} must be greater than or equal to 1."
            : name == "log.roll.jitter.ms" && long.Parse(canonical!, CultureInfo.InvariantCulture) < 0 ? $"{name} must be greater than or equal to 0."
            : name == "log.retention.ms" && canonical == "0" ? "log.retention.ms must be unlimited (-1) or, equal or greater than 1."
            : ThreadProblem(definition, canonical!);
        if (problem is not null)
            refusal = new Refusal(ErrorCode.InvalidRequest, problem);
        return canonical;
    }

    private static ConfigDefinition? Find(string name, out bool isPrefixed)
    {
        // listener.name.NAME.KEY is KEY for one listener.
        isPrefixed = name.StartsWith(ListenerPrefix, StringComparison.Ordinal) && name.IndexOf('.', ListenerPrefix.Length) > 0;
        var key = isPrefixed ? name[(name.IndexOf('.', ListenerPrefix.Length) + 1)..] : name;
        return ConfigTable.Broker.Find(key) ?? ConfigTable.FlowLog.Find(key);
    }

    private static bool NamesClasses(ConfigDefinition definition) => definition.Type == ConfigType.Class || definition.Name == "metric.reporters";

    private static bool IsOverride(string text) =>
        text.Length == 0 || (text.LastIndexOf(':') is > 0 and var colon && IsHost(text.AsSpan(0, colon)) && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static bool IsHost(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(s_hostCharacters) < 0;

    /// <summary>Pools of threads grow and shrink by at most a factor of two at a time.</summary>
    private static string? ThreadProblem(ConfigDefinition definition, string value)
    {
        if (!s_threadCounts.Contains(definition.Name))
            return null;
        var wanted = int.Parse(value, CultureInfo.InvariantCulture);
        var current = int.Parse(definition.Default!, CultureInfo.InvariantCulture);
        return wanted < 1 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should be at least 1."
            : wanted > current * 2 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should not be greater than double the current value {current}."
            : wanted < current / 2 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should be at least half the current value {current}."
            : null;
    }
}
