using System.Net;
using System.Net.Sockets;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Ports for programs that do not tell which one they got.</summary>
internal static class Loopback
{
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits, a minute and a half at most, until a program takes connections.</summary>
    public static async Task WaitForListenerAsync(int port, ForeignProcess program)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!await AnswersAsync(port))
        {
            Assert.False(program.HasExited, program.Output + program.Error);
            await Task.Delay(200, patience.Token);
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
