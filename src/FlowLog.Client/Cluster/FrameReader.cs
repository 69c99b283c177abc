using System.Buffers;
using System.Runtime.CompilerServices;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Client.Cluster;

/// <summary>
/// Cuts what arrives into frames. Small frames are copied out of one buffer; the rest of a large one is received straight into
/// its own.
/// </summary>
internal sealed class FrameReader(IClientConnection connection, int maxFrameBytes) : IDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const byte TlsAlert = 0x15;
    private const byte TlsHandshake = 0x16;
    private const byte TlsMajorVersion = 0x03;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private bool _isKnown;

    /// <summary>What the peer seems to be when it has never sent a frame, in words that go on a sentence about it; else nothing.</summary>
    public string Instead => _isKnown ? "" : Stranger(_buffer.AsSpan(_start.._end))
        ?? " before it had answered anything: it wants TLS perhaps, or speaks another protocol";

    // These three wait once per frame or more, and are awaited once, by one loop: their state is worth keeping.
    /// <summary>The size of the next frame and the correlation id that it starts with; null when the peer has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(int Size, int CorrelationId)?> NextAsync(CancellationToken cancellation)
    {
        while (_end - _start < Frames.SizeLength + sizeof(int))
            if (!await ReceiveMoreAsync(cancellation))
                return null;

        var stranger = _isKnown ? null : Stranger(_buffer.AsSpan(_start.._end));
        _isKnown = true;
        if (stranger is not null)
            throw new NetworkException($"{connection.Remote} is no Kafka broker{stranger}");

        if (!Frames.TryReadSize(_buffer.AsSpan(_start), out var size) || size < sizeof(int) || size > maxFrameBytes)
            throw new NetworkException($"{connection.Remote} sent a frame of {size} bytes; between 4 and {maxFrameBytes} are possible. Perhaps it does not speak this protocol.");

        _start += Frames.SizeLength;
        return (size, Frames.PeekCorrelationId(_buffer.AsSpan(_start)));
    }

    /// <summary>Reads the frame that was announced into a buffer of its own size.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        var buffered = Math.Min(_end - _start, into.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(into.Span);
        _start += buffered;

        for (into = into[buffered..]; !into.IsEmpty;)
        {
            var received = await connection.ReceiveAsync(into, cancellation);
            if (received == 0)
                throw new NetworkException($"{connection.Remote} ended the connection in the middle of an answer.");

            into = into[received..];
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Who greets like this is somebody else. As the size of a first answer these bytes would mean hundreds of megabytes.</summary>
    private static string? Stranger(ReadOnlySpan<byte> first) => first switch
    {
        [TlsAlert or TlsHandshake, TlsMajorVersion, ..] => ": it speaks TLS, which this client does not",
        _ when first.StartsWith("HTTP/"u8) => ": it speaks HTTP",
        _ when first.StartsWith("SSH-"u8) => ": it speaks SSH",
        _ => null,
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveMoreAsync(CancellationToken cancellation)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var received = await connection.ReceiveAsync(_buffer.AsMemory(_end), cancellation);
        _end += received;
        return received > 0;
    }
}
