using System.Diagnostics;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>Kills a server with SIGKILL at moments that nobody chose, again and again: while it serves, and while it is still getting up.</summary>
internal sealed class KillCampaign(ServerProcess server, Random random)
{
    public static int Cycles(int quick, int full)
    {
        var isFull = Environment.GetEnvironmentVariable("FLOWLOG_CONFORMANCE") == "full";
        return int.TryParse(Environment.GetEnvironmentVariable("FLOWLOG_KILL_CYCLES"), out var wanted) ? wanted : isFull ? full : quick;
    }

    /// <summary>How long the last start took, and the longest of all.</summary>
    public TimeSpan LongestStart { get; private set; }

    public async Task RunAsync(int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            // The kill comes at any moment of a life, from the first requests on.
            await Task.Delay(random.Next(100, 1_500));
            await server.KillAsync();

            // Now and then it does not even get to its feet.
            while (random.Next(6) == 0)
                await server.StartAndKillAsync(TimeSpan.FromMilliseconds(random.Next(50, 800)));

            var start = Stopwatch.GetTimestamp();
            await server.StartAgainAsync();
            LongestStart = TimeSpan.FromTicks(Math.Max(LongestStart.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }
    }
}
