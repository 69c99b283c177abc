using System.Globalization;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>
/// A server under attack with an honest client beside it, which must see no error and lose nothing; and afterwards the server must hold no more of the machine
/// than before, and have nothing on its mind.
/// </summary>
internal static class Besieged
{
    /// <summary>What the node may grow by: its collector lets a heap of this size come about before it looks.</summary>
    private const int GrowthMebibytes = 200;

    /// <summary>What values come from. FLOWLOG_HOSTILE_SEED replays a run.</summary>
    public static ulong Seed { get; } =
        Environment.GetEnvironmentVariable("FLOWLOG_HOSTILE_SEED") is { } told ? ulong.Parse(told, CultureInfo.InvariantCulture) : (ulong)Environment.TickCount64;

    /// <summary>FLOWLOG_CONFORMANCE=full makes the attacks long ones.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("FLOWLOG_CONFORMANCE") == "full";

    public static void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    public static async Task RunAsync(Func<ServerProcess, Task> attack, params string[] settings)
    {
        Say($"FLOWLOG_HOSTILE_SEED={Seed}");
        await using var server = await ServerProcess.StartAsync(settings);
        var before = ServerVitals.Of(server);
        await using (var honest = await HonestClient.StartAsync(server))
        {
            await attack(server);
            var stored = await honest.FinishAsync();
            Say($"{stored} honest records, at most {honest.LongestWait.TotalMilliseconds:F0} ms for one");
        }

        var after = await ServerVitals.SettledAsync(server, before);
        Say($"{before} -> {after}");
        Assert.InRange(after.ResidentMebibytes, 0, before.ResidentMebibytes + GrowthMebibytes);
        Assert.InRange(after.Threads, 0, before.Threads + 16);
        Assert.Equal("", string.Join(Environment.NewLine, Complaints(server.Process.Error).Distinct().Take(20)));
    }

    /// <summary>What a node says when it did not see something coming: a line at level error, and the exception below it.</summary>
    private static IEnumerable<string> Complaints(string log) =>
        log.Split('\n').Where(line => line.Contains(" error ", StringComparison.Ordinal) || line.Contains(" fatal ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
