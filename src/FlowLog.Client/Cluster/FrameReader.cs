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

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;

    // These three wait once per frame or more, and are awaited once, by one loop: their state is worth keeping.
    /// <summary>The size of the next frame and the correlation id that it starts with; null when the peer has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(int Size, int CorrelationId)?> NextAsync(CancellationToken cancellation)
    {
        while (_end - _start < Frames.SizeLength + sizeof(int))
            if (!await ReceiveMoreAsync(cancellation))
                return null;

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
