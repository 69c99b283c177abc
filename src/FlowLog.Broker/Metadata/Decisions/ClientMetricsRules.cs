using System.Text.RegularExpressions;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>What a client metrics subscription (KIP-714) may say. It is kept and told; metrics are not asked for.</summary>
internal static class ClientMetricsRules
{
    private const string IntervalKey = "interval.ms";

    private static readonly string[] s_selectors =
        ["client_instance_id", "client_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"];

    /// <summary>The canonical value; the refusal says why it cannot be set. A number out of range is an invalid request, anything else an invalid config: so Kafka has it.</summary>
    public static string? Parse(string name, string value, out Refusal? refusal)
    {
        refusal = null;
        if (ConfigTable.ClientMetrics.Find(name) is not { } definition)
        {
            refusal = new Refusal(ErrorCode.InvalidRequest, $"Unknown client metrics configuration: {name}");
            return null;
        }

        var canonical = definition.Parse(value, out var problem);
        if (problem is not null)
        {
            refusal = name == IntervalKey && definition.IsReadable(value)
                ? new Refusal(ErrorCode.InvalidRequest, $"Invalid value {canonical} for {name}, interval must be between 100 and 3600000 (1 hour)")
                : new Refusal(ErrorCode.InvalidConfig, problem);
        }
        else if (name == "match" && ConfigDefinition.Elements(canonical!).FirstOrDefault(element => !IsSelector(element)) is { } wrong)
            refusal = new Refusal(ErrorCode.InvalidConfig, $"Illegal client matching pattern '{wrong}': write NAME=REGEX with a name of {string.Join(", ", s_selectors)}.");
        return canonical;
    }

    /// <summary>What a client's property must match as a whole. Without backtracking a pattern cannot take for ever.</summary>
    /// <exception cref="ArgumentException">It is no pattern, or one that needs backtracking (<see cref="NotSupportedException"/>).</exception>
    public static Regex PatternOf(string text) => new($@"\A(?:{text.Trim()})\z", RegexOptions.NonBacktracking);

    private static bool IsSelector(string element)
    {
        if (element.Split('=') is not [var name, var pattern] || !s_selectors.Contains(name.Trim(), StringComparer.Ordinal))
            return false;
        try
        {
            _ = new Regex(pattern.Trim(), RegexOptions.NonBacktracking);
            _ = PatternOf(pattern);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
