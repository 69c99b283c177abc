using System.Net;
using System.Net.Sockets;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Ports for programs that do not tell which one they got.</summary>
internal static class Loopback
{
    // Below the ports that the kernel gives to whoever connects: one of those may be taken again before the program gets to it.
    private const int LowestPort = 20_000;
    private const int HighestPort = 30_000;

    /// <summary>A port that is free, as is the one after it.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(LowestPort, HighestPort);
            if (IsFree(port) && IsFree(port + 1))
                return port;
        }
    }

    /// <summary>Waits, a minute and a half at most, until a program takes connections.</summary>
    public static Task WaitForListenerAsync(int port, ForeignProcess program) => Wait.UntilAsync($"a program listens on port {port}", () =>
    {
        Assert.False(program.HasExited, program.Output + program.Error);
        return AnswersAsync(port);
    }, TimeSpan.FromSeconds(90));

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
