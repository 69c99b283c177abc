using System.Collections.Frozen;
using System.Reflection;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>
/// The definitions of one kind of resource, read from the text table of that name beside this file. The tables are data, because
/// their rows are facts that people look up and compare, and a start-up reads them faster than it compiles initialisers.
/// </summary>
internal sealed class ConfigTable
{
    private static readonly Lazy<ConfigTable> s_lazyBroker = new(() => Load("broker"));
    private static readonly Lazy<ConfigTable> s_lazyTopic = new(() => Load("topic"));
    private static readonly Lazy<ConfigTable> s_lazyGroup = new(() => Load("group"));
    private static readonly Lazy<ConfigTable> s_lazyFlowLog = new(() => Load("flowlog"));
    private static readonly Lazy<ConfigTable> s_lazyClientMetrics = new(() => Load("client-metrics"));

    private readonly FrozenDictionary<string, ConfigDefinition> _byName;

    private ConfigTable(IReadOnlyList<ConfigDefinition> definitions)
    {
        Definitions = definitions;
        _byName = definitions.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);
    }

    /// <summary>Configs of brokers.</summary>
    public static ConfigTable Broker => s_lazyBroker.Value;

    /// <summary>Configs of topics.</summary>
    public static ConfigTable Topic => s_lazyTopic.Value;

    /// <summary>Configs of groups.</summary>
    public static ConfigTable Group => s_lazyGroup.Value;

    /// <summary>Configs of client metrics subscriptions.</summary>
    public static ConfigTable ClientMetrics => s_lazyClientMetrics.Value;

    /// <summary>Configs that Kafka does not have.</summary>
    public static ConfigTable FlowLog => s_lazyFlowLog.Value;

    /// <summary>Every row by ascending name.</summary>
    public IReadOnlyList<ConfigDefinition> Definitions { get; }

    /// <summary>The row of a name, null when there is none.</summary>
    public ConfigDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    internal static ConfigTable Parse(IEnumerable<string> lines) =>
        new([.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(ParseRow)]);

    private static ConfigTable Load(string kind)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{kind}.configs")
            ?? throw new InvalidOperationException($"The table of {kind} configs is not in the assembly.");
        using var reader = new StreamReader(resource);
        return Parse(reader.ReadToEnd().Split('\n'));
    }

    private static ConfigDefinition ParseRow(string line)
    {
        if (line.Split('|', 6, StringSplitOptions.TrimEntries) is not [var name, var type, var fallback, var allowed, var fifth, var documentation])
            throw new FormatException($"A row of a config table has six columns: '{line}'.");
        return new ConfigDefinition(
            name,
            Enum.Parse<ConfigType>(type, ignoreCase: true),
            fallback is "-" or "!" ? null : fallback,
            AllowedValues.Parse(allowed),
            fifth.StartsWith("read-only", StringComparison.Ordinal) ? ConfigUpdate.ReadOnly
                : fifth.StartsWith("per-broker", StringComparison.Ordinal) ? ConfigUpdate.PerBroker : ConfigUpdate.ClusterWide,
            fifth.Contains('-', StringComparison.Ordinal) ? null : fifth,
            documentation)
        {
            IsRequired = fallback == "!",
            IsHidden = fifth.EndsWith("not described", StringComparison.Ordinal),
        };
    }
}
