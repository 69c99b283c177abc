using System.Globalization;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Which values the configs of a group may have: those between the broker's bounds, which have their names from the configs that they bound.</summary>
internal static class GroupConfigRules
{
    /// <summary>The canonical value of one config; the refusal says why it cannot be set.</summary>
    public static string? Parse(string name, string value, out Refusal? refusal)
    {
        refusal = null;
        if (ConfigTable.Group.Find(name) is not { } definition)
        {
            refusal = Refuse($"Unknown group config name: {name}");
            return null;
        }

        var canonical = definition.Parse(value, out var problem);
        if (problem is not null)
            refusal = Refuse(problem);
        return canonical;
    }

    /// <summary>Why the configs of a group are refused; null when they fit.</summary>
    public static Refusal? Check(BrokerConfigs broker, ConfigsImage dynamic, IReadOnlyDictionary<string, string> configs)
    {
        foreach (var (name, text) in configs)
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                continue;
            if (Bound(broker, dynamic, name, "min") is { } least && value < least)
                return Refuse($"{name} must be greater than or equal to {BoundName(name, "min")} ({least}).");
            if (Bound(broker, dynamic, name, "max") is { } most && value > most)
                return Refuse($"{name} must be less than or equal to {BoundName(name, "max")} ({most}).");
        }

        foreach (var kind in (string[])["consumer", "share", "streams"])
        {
            var (session, beat) = ($"{kind}.session.timeout.ms", $"{kind}.heartbeat.interval.ms");
            if (Of(session) <= Of(beat))
                return Refuse($"{session} must be greater than {beat}.");
        }

        return null;

        long Of(string name) => configs.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : broker.Int64(dynamic, "group." + name);
    }

    private static long? Bound(BrokerConfigs broker, ConfigsImage dynamic, string name, string end) =>
        BoundName(name, end) is { } bound && ConfigTable.Broker.Find(bound) is not null ? broker.Int64(dynamic, bound) : null;

    /// <summary>consumer.session.timeout.ms is bound by group.consumer.min.session.timeout.ms.</summary>
    private static string? BoundName(string name, string end) => name == "streams.num.standby.replicas" ? $"group.streams.{end}.standby.replicas" :
        name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? $"group.{name[..dot]}.{end}{name[dot..]}" : null;

    private static Refusal Refuse(string why) => new(ErrorCode.InvalidConfig, why);
}
