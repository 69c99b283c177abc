using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>How changed configs of a broker must fit those that it has, and the node itself.</summary>
internal static class BrokerConfigsTogether
{
    private const long Unlimited = -1;

    /// <summary>Local retention that follows what holds for everything.</summary>
    private const long Follows = -2;

    private static readonly string[] s_protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <summary>Why the wishes cannot come true; null when they can. <paramref name="after"/> is how the configs would be.</summary>
    public static Refusal? Check(BrokerConfigs broker, ConfigsImage after, IReadOnlyList<ConfigWish> wishes)
    {
        string? problem = null;
        if (Touches("group."))
            problem = GroupBounds.Problems(broker, after).FirstOrDefault();
        if (Touches("log."))
            problem ??= Retention(broker, after, "ms") ?? Retention(broker, after, "bytes");
        if (wishes.Any(wish => wish.Name == "listener.security.protocol.map" && wish.Operation != ConfigOperation.Delete))
            problem ??= Listeners(broker, after);
        if (Touches("cordoned.log.dirs"))
            problem ??= Cordoned(broker, after);
        return problem is null ? null : new Refusal(ErrorCode.InvalidRequest, problem);

        bool Touches(string prefix) => wishes.Any(wish => wish.Name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>What is kept locally of a tiered log is a part of what is kept.</summary>
    private static string? Retention(BrokerConfigs broker, ConfigsImage after, string unit)
    {
        var all = broker.TopicDefault(after, $"log.retention.{unit}") is { } text ? long.Parse(text) : Unlimited;
        var local = broker.Int64(after, $"log.local.retention.{unit}");
        return all != Unlimited && local != Follows && (local == Unlimited || local > all)
            ? $"log.local.retention.{unit} ({local}) must not be above log.retention.{unit} ({all})."
            : null;
    }

    /// <summary>Every listener of the node has a security protocol.</summary>
    private static string? Listeners(BrokerConfigs broker, ConfigsImage after)
    {
        var map = broker.Value(after, "listener.security.protocol.map") ?? "";
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in ConfigDefinition.Elements(map))
        {
            if (element.Split(':') is not [{ Length: > 0 } name, var protocol] || !s_protocols.Contains(protocol.ToUpperInvariant(), StringComparer.Ordinal) || !named.Add(name))
                return $"listener.security.protocol.map is '{map}'; it takes NAME:PROTOCOL,NAME:PROTOCOL with protocols of {string.Join(", ", s_protocols)}.";
        }

        var missing = ConfigDefinition.Elements(broker.Value(after, "listeners") ?? "").Select(address => address.Split(':')[0])
            .Concat(ConfigDefinition.Elements(broker.Value(after, "controller.listener.names") ?? ""))
            .FirstOrDefault(listener => !named.Contains(listener));
        return missing is null ? null : $"listener.security.protocol.map does not say which protocol the listener {missing} speaks.";
    }

    /// <summary>Only what is a log directory can be closed for new partitions; "*" is all of them.</summary>
    private static string? Cordoned(BrokerConfigs broker, ConfigsImage after)
    {
        var cordoned = broker.Value(after, "cordoned.log.dirs") ?? "";
        var all = ConfigDefinition.Elements(broker.Value(after, "log.dirs") ?? broker.Value(after, "log.dir") ?? "");
        var stranger = cordoned == "*" ? null : ConfigDefinition.Elements(cordoned).FirstOrDefault(directory => !all.Contains(directory, StringComparer.Ordinal));
        return stranger is null ? null : $"cordoned.log.dirs names '{stranger}', which is none of the log directories.";
    }
}
