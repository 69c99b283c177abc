using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>What a server holds of the machine, as the kernel counts it.</summary>
/// <param name="ResidentMebibytes">Resident memory.</param>
/// <param name="Sockets">Open sockets.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ServerVitals(long ResidentMebibytes, int Sockets, int Threads)
{
    public static ServerVitals Of(ServerProcess server)
    {
        var status = File.ReadAllLines($"/proc/{server.Process.Id}/status");
        return new ServerVitals(Number(status, "VmRSS:") / 1024, CountSockets(server.Process.Id), (int)Number(status, "Threads:"));
    }

    /// <summary>Waits until no socket is left of those that were not there before, and fails with the count when that takes too long.</summary>
    public static async Task<ServerVitals> SettledAsync(ServerProcess server, ServerVitals before)
    {
        var now = Of(server);
        await Wait.UntilAsync($"no more than the {before.Sockets} sockets from before are open", () =>
        {
            now = Of(server);
            return Task.FromResult<string?>(now.Sockets <= before.Sockets ? null : $"{now.Sockets} are");
        });
        return now;
    }

    private static long Number(string[] status, string name) =>
        long.Parse(status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t').First(part => part.Length > 0 && char.IsDigit(part[0])));

    private static int CountSockets(int process) => Directory.GetFiles($"/proc/{process}/fd").Count(path => Target(path).StartsWith("socket:", StringComparison.Ordinal));

    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            return ""; // closed since it was listed
        }
    }
}
