using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Terminal;

/// <summary>The option that says how much a long-running command tells.</summary>
internal static class LogLevels
{
    // What is written at each level begins with the short word; the long ones are those of .NET's own settings.
    private static readonly Dictionary<string, LogLevel> s_byName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["information"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["fatal"] = LogLevel.Critical,
        ["critical"] = LogLevel.Critical,
        ["none"] = LogLevel.None,
    };

    public static Option<LogLevel> Option(LogLevel otherwise = LogLevel.Information) => new("--log-level")
    {
        Description = "Lowest level of events written to standard error: trace, debug, info, warn, error, none",
        DefaultValueFactory = _ => otherwise,
        CustomParser = Parse,
        HelpName = "LEVEL",
    };

    private static LogLevel Parse(ArgumentResult argument)
    {
        var name = argument.Tokens[0].Value;
        if (s_byName.TryGetValue(name, out var level))
            return level;

        argument.AddError($"--log-level is '{name}'; it must be one of trace, debug, info, warn, error, none.");
        return default;
    }
}
