using System.Globalization;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Which configs of a broker may change while it runs, and to what. A refused one is an invalid request, not an invalid config: so Kafka has it.</summary>
internal static class BrokerConfigRules
{
    private static readonly HashSet<string> ThreadCounts = new(
        ["num.io.threads", "num.network.threads", "num.replica.fetchers", "num.recovery.threads.per.data.dir", "log.cleaner.threads", "background.threads"],
        StringComparer.Ordinal);

    /// <summary>The canonical value; the refusal says why it cannot be set. A key that nobody knows is taken as it is.</summary>
    public static string? Parse(ConfigResource resource, string name, string value, out Refusal? refusal)
    {
        refusal = null;
        if ((ConfigTable.Broker.Find(name) ?? ConfigTable.FlowLog.Find(name)) is not { } definition)
            return value;
        var canonical = definition.Parse(value, out var problem);
        problem = definition.IsReadOnly ? $"Cannot update these configs dynamically: {name}."
            : resource == ConfigResource.AllBrokers && definition.Update == ConfigUpdate.PerBroker ? $"Cannot update these configs at default cluster level: {name}."
            : problem ?? ThreadProblem(definition, canonical!);
        if (problem is not null)
            refusal = new Refusal(ErrorCode.InvalidRequest, problem);
        return canonical;
    }

    /// <summary>Pools of threads grow and shrink by at most a factor of two at a time.</summary>
    private static string? ThreadProblem(ConfigDefinition definition, string value)
    {
        if (!ThreadCounts.Contains(definition.Name))
            return null;
        var wanted = int.Parse(value, CultureInfo.InvariantCulture);
        var current = int.Parse(definition.Default!, CultureInfo.InvariantCulture);
        return wanted < 1 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should be at least 1."
            : wanted > current * 2 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should not be greater than double the current value {current}."
            : wanted < current / 2 ? $"Dynamic thread count update validation failed for {definition.Name}={wanted}: value should be at least half the current value {current}."
            : null;
    }
}
