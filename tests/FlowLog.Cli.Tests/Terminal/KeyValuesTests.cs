using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class KeyValuesTests
{
    [Fact]
    public void The_first_equals_sign_separates() =>
        Assert.Equal([("sasl.jaas.config", "a=b"), ("empty", "")], KeyValues.Parse(["sasl.jaas.config=a=b", "empty="], "--set"));

    [Fact]
    public void What_is_no_pair_is_named()
    {
        var wrong = Assert.Throws<CommandException>(() => KeyValues.Parse(["novalue"], "--set").ToList());

        Assert.Equal("--set 'novalue' is not of the form key=value.", wrong.Message);
        Assert.Equal(ExitCodes.Usage, wrong.ExitCode);
    }
}
