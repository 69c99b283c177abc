using FlowLog.Cli.Commands;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class WrongUsageTests
{
    [Theory]
    [InlineData("", "Which command of 'flowlog'? There are: server, connect, topics, groups, log, produce, consume, perf, demo.")]
    [InlineData("serve", "There is no 'flowlog serve'. There are: server, connect, topics, groups, log, produce, consume, perf, demo.")]
    [InlineData("topics remove x", "There is no 'flowlog topics remove'. There are: create, list, describe, delete.")]
    [InlineData("server --folder x", "'flowlog server' has no option '--folder'.|'flowlog server' has no further argument 'x'.")]
    [InlineData("server --data-dir", "--data-dir needs a value.")]
    [InlineData("consume t --max-messages abc", "--max-messages is 'abc'; it must be a whole number.")]
    [InlineData("perf produce --throughput fast", "--throughput is 'fast'; it must be a number.")]
    [InlineData("produce", "'flowlog produce' needs a <topic>: Topic to write to.")]
    public void What_is_wrong_is_said_in_the_words_of_the_command_line(string line, string sentences)
    {
        var parsed = CommandLine.Root(CancellationToken.None).Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.NotEmpty(parsed.Errors);
        Assert.Equal(sentences.Split('|'), WrongUsage.Sentences(parsed));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("127.0.0.1:abc")]
    public void What_cannot_be_listened_on_is_said_once(string address)
    {
        var wrong = Assert.Throws<CommandException>(() => ServerCommand.Options(null, "data", address, []));

        Assert.Equal($"--listen is '{address}'; it must be HOST:PORT, with a port from 0, which takes a free one, to 65535.", wrong.Message);
        Assert.Equal(ExitCodes.Usage, wrong.ExitCode);
    }

    [Fact]
    public void A_folder_is_no_config_file() =>
        Assert.Contains("is a folder", Assert.Throws<CommandException>(() => ServerCommand.Options("/", "data", null, [])).Message, StringComparison.Ordinal);
}
