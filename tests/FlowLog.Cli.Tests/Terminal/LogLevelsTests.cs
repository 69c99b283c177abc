using System.CommandLine;
using FlowLog.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class LogLevelsTests
{
    [Theory]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Information", LogLevel.Information)]
    [InlineData("WARN", LogLevel.Warning)]
    [InlineData("none", LogLevel.None)]
    public void Levels_are_known_by_their_short_and_their_long_names(string name, LogLevel level)
    {
        var (parsed, option) = Parse(name);

        Assert.Empty(parsed.Errors);
        Assert.Equal(level, parsed.GetValue(option));
    }

    [Theory]
    [InlineData("verbose")]
    [InlineData("1")]
    public void Another_word_is_refused_with_those_that_are_known(string name)
    {
        var error = Assert.Single(Parse(name).Parsed.Errors);

        Assert.Equal($"--log-level is '{name}'; it must be one of trace, debug, info, warn, error, none.", error.Message);
    }

    private static (ParseResult Parsed, Option<LogLevel> Option) Parse(string name)
    {
        var option = LogLevels.Option();
        return (new RootCommand { option }.Parse(["--log-level", name]), option);
    }
}
