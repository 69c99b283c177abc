using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_numbers_stand_to_the_right()
    {
        var output = new StringWriter();

        new TextTable("topic", "end").Add("a", 12_345L).Add("longer", 7L).WriteTo(output, "> ");

        Assert.Equal(["> topic      end", "> a       12,345", "> longer       7", ""], output.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void What_is_not_known_is_a_dash()
    {
        var output = new StringWriter();

        new TextTable("leader").Add([null]).WriteTo(output);

        Assert.Equal("leader\n-\n", output.ToString());
    }
}
