using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Terminal;

/// <summary>The option that says how much a long-running command tells.</summary>
internal static class LogLevels
{
    public static Option<LogLevel> Option(LogLevel otherwise = LogLevel.Information) => new("--log-level")
    {
        Description = "Lowest level of events written to standard error: trace, debug, information, warning, error",
        DefaultValueFactory = _ => otherwise,
        HelpName = "LEVEL",
    };
}
