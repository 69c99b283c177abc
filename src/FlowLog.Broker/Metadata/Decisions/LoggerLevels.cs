using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>The level of this node's loggers, in Kafka's words.</summary>
/// <param name="loggers">Whoever writes for them; null if its level is fixed.</param>
internal sealed class LoggerLevels(IAdjustableLoggers? loggers)
{
    /// <summary>The logger above all others.</summary>
    public const string Root = "root";

    private static readonly (string Name, LogLevel Level)[] s_levels =
    [
        ("TRACE", LogLevel.Trace), ("DEBUG", LogLevel.Debug), ("INFO", LogLevel.Information), ("WARN", LogLevel.Warning), ("ERROR", LogLevel.Error), ("FATAL", LogLevel.Critical),
    ];

    /// <summary>The levels that there are.</summary>
    public static IEnumerable<string> Names => s_levels.Select(level => level.Name);

    /// <summary>Whether the level may change.</summary>
    public bool CanChange => loggers is not null;

    /// <summary>Whether a text is a level.</summary>
    public static bool IsLevel(string text) => Names.Contains(text, StringComparer.Ordinal);

    /// <summary>Changes the level of everything.</summary>
    public void Set(string level) => loggers!.Lowest = Array.Find(s_levels, known => known.Name == level).Level;
}
