using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>The loggers of this node with their levels, in Kafka's words.</summary>
internal sealed class BrokerLoggers(ILoggerFactory loggers)
{
    private static readonly string[] s_categories =
        ["FlowLog.Broker", "FlowLog.Broker.Coordination", "FlowLog.Broker.Log", "FlowLog.Broker.Network", LoggerLevels.Root];

    /// <summary>One entry for each logger, by ascending name.</summary>
    public IEnumerable<ConfigEntry> Describe() => s_categories.Select(name => new ConfigEntry(
        new ConfigDefinition(name, ConfigType.Unknown, null, AllowedValues.Parse(""), ConfigUpdate.ClusterWide, null, ""),
        LevelOf(loggers.CreateLogger(name)),
        ConfigSource.BrokerLogger,
        []));

    private static string LevelOf(ILogger logger) =>
        logger.IsEnabled(LogLevel.Trace) ? "TRACE"
        : logger.IsEnabled(LogLevel.Debug) ? "DEBUG"
        : logger.IsEnabled(LogLevel.Information) ? "INFO"
        : logger.IsEnabled(LogLevel.Warning) ? "WARN"
        : logger.IsEnabled(LogLevel.Error) ? "ERROR"
        : logger.IsEnabled(LogLevel.Critical) ? "FATAL" : "OFF";
}
