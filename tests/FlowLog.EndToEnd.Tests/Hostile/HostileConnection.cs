using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>How the node took what it was sent.</summary>
internal enum Reaction
{
    /// <summary>It answered, in a whole frame with the correlation id of the request.</summary>
    Answered,

    /// <summary>It closed the connection.</summary>
    Closed,

    /// <summary>It did neither in the time given.</summary>
    Waits,

    /// <summary>It sent something that is no answer to what was asked.</summary>
    Babbled,
}

/// <summary>A bare connection that sends whatever it is given.</summary>
internal sealed class HostileConnection : IDisposable
{
    /// <summary>The correlation id of all hostile requests.</summary>
    public const int CorrelationId = 0x0BADBEEF;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];

    /// <summary>What the node sent while it was waited for to close (<see cref="IsClosedWithinAsync"/>).</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>A sound request as the product's own clients write it.</summary>
    public static byte[] Frame(IRequest request, short version)
    {
        using var writer = new WireWriter();
        Frames.WriteRequest(writer, request, version, CorrelationId, "hostile!");
        return writer.WrittenMemory.ToArray();
    }

    public static async Task<List<HostileConnection>> OpenManyAsync(int port, int count) => [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(port)))];

    public static async Task<HostileConnection> OpenAsync(int port)
    {
        var connection = new HostileConnection();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    /// <summary>Sends; true unless the node has closed the connection.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await _socket.SendAsync(bytes)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends one request and waits for the node to take a stand.</summary>
    public async Task<Reaction> CallAsync(ReadOnlyMemory<byte> frame, TimeSpan patience)
    {
        if (!await SendAsync(frame))
            return Reaction.Closed;

        using var over = new CancellationTokenSource(patience);
        try
        {
            return await ReadAnswerAsync(CorrelationIdOf(frame.Span), over.Token);
        }
        catch (OperationCanceledException)
        {
            return Reaction.Waits;
        }
        catch (SocketException)
        {
            return Reaction.Closed;
        }
    }

    /// <summary>Reads so many bytes and no more, whatever they are; false when the node closes first or takes too long.</summary>
    public async Task<bool> ReceiveAsync(int count, TimeSpan patience)
    {
        using var over = new CancellationTokenSource(patience);
        try
        {
            return await FillAsync(Math.Min(count, _received.Length), over.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException)
        {
            return false;
        }
    }

    /// <summary>True when the node closes the connection in time, whatever it sends before.</summary>
    public async Task<bool> IsClosedWithinAsync(TimeSpan patience)
    {
        using var over = new CancellationTokenSource(patience);
        try
        {
            while (await _socket.ReceiveAsync(_received, over.Token) is > 0 and var count)
                ReceivedBytes += count;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Nothing more comes from us; the node may still talk.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset rather than an end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    // Where bytes are turned round it may be another one than we meant.
    private static int CorrelationIdOf(ReadOnlySpan<byte> frame) => frame.Length >= 12 ? BinaryPrimitives.ReadInt32BigEndian(frame[8..]) : CorrelationId;

    private async Task<Reaction> ReadAnswerAsync(int correlationId, CancellationToken over)
    {
        if (!await FillAsync(8, over))
            return Reaction.Closed;

        var left = BinaryPrimitives.ReadInt32BigEndian(_received) - 4;
        if (left < 0 || BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(4)) != correlationId)
            return Reaction.Babbled;

        for (; left > 0; left -= Math.Min(left, _received.Length))
        {
            if (!await FillAsync(Math.Min(left, _received.Length), over))
                return Reaction.Babbled;
        }

        return Reaction.Answered;
    }

    private async Task<bool> FillAsync(int count, CancellationToken over)
    {
        for (var have = 0; have < count;)
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(have, count - have), over);
            if (read == 0)
                return false;
            have += read;
        }

        return true;
    }
}
