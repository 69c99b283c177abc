using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Which configs a topic may have.</summary>
internal static class TopicConfigRules
{
    /// <summary>The canonical value of one config; the refusal says why it cannot be set.</summary>
    public static string? Parse(string name, string? value, out Refusal? refusal)
    {
        refusal = null;
        if (ConfigTable.Topic.Find(name) is not { } definition)
        {
            var nearest = NearestName.Find(name, ConfigTable.Topic.Definitions.Select(known => known.Name));
            refusal = new Refusal(ErrorCode.InvalidConfig, $"Unknown topic config name: {name}{(nearest is null ? "" : $" (did you mean {nearest}?)")}");
            return null;
        }

        if (value is null)
        {
            refusal = new Refusal(ErrorCode.InvalidConfig, $"Null value not supported for topic configs: {name}");
            return null;
        }

        var canonical = definition.Parse(value, out var problem);
        if (problem is not null)
            refusal = new Refusal(ErrorCode.InvalidConfig, problem);
        return canonical;
    }

    /// <summary>Why a whole set of overrides does not fit together; null when it does.</summary>
    public static Refusal? CheckTogether(IReadOnlyDictionary<string, string> overrides)
    {
        if (overrides.TryGetValue("remote.storage.enable", out var remote) && bool.Parse(remote))
            return new Refusal(ErrorCode.InvalidConfig, "Tiered storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.");
        if (overrides.TryGetValue("max.compaction.lag.ms", out var most) && overrides.TryGetValue("min.compaction.lag.ms", out var least)
            && long.Parse(least) > long.Parse(most))
            return new Refusal(ErrorCode.InvalidConfig, $"min.compaction.lag.ms ({least}) must not be above max.compaction.lag.ms ({most}).");
        return null;
    }
}
