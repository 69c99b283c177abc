using FlowLog.Cli.Terminal;
using FlowLog.Testing.Simulation;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class ProgressTests
{
    [Fact]
    public void In_a_file_a_line_is_written_every_two_seconds_at_most()
    {
        var (output, clock) = (new StringWriter(), new ManualTimeProvider());
        var progress = new Progress(output, rewrites: false, clock);

        for (var step = 0; step < 50; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            progress.Report(() => $"step {step}");
        }

        Assert.Equal(["step 19", "step 39"], output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void On_a_terminal_the_line_is_written_over_and_cleared()
    {
        var (output, clock) = (new StringWriter(), new ManualTimeProvider());
        var progress = new Progress(output, rewrites: true, clock);

        clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(() => "abc");
        progress.Clear();

        Assert.Equal("\rabc\r   \r", output.ToString());
    }
}
