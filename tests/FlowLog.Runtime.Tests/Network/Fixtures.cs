using System.Buffers.Binary;
using System.Collections.Concurrent;
using FlowLog.Runtime.Network;

namespace FlowLog.Runtime.Tests.Network;

/// <summary>A frame of given bytes that remembers whether it was let go.</summary>
internal sealed class TestFrame : OutgoingFrame
{
    private int _releases;

    public TestFrame(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    public int Releases => Volatile.Read(ref _releases);

    protected override void Released() => Interlocked.Increment(ref _releases);
}

/// <summary>Takes frames with a four-byte length and hands each to a delegate; records what else happens.</summary>
internal sealed class FrameHandler(IServerConnection connection, Action<FrameHandler, byte[]> frame) : IConnectionHandler
{
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public IServerConnection Connection { get; } = connection;

    public Task<Exception?> WasClosed => _closed.Task;

    public ConcurrentQueue<int> Offered { get; } = new();

    public int Calls => Volatile.Read(ref _calls);

    public bool Holding { get; set; }

    public bool ClosesAtEnd { get; set; } = true;

    public TaskCompletionSource<bool> HasEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Received(Memory<byte> buffered, out int wanted)
    {
        Interlocked.Increment(ref _calls);
        Offered.Enqueue(buffered.Length);
        var consumed = 0;
        wanted = 4;
        while (buffered.Length - consumed >= 4)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(buffered.Span[consumed..]);
            wanted = 4 + size;
            if (buffered.Length - consumed < wanted || Holding || Connection.IsCongested)
                break;

            frame(this, buffered.Slice(consumed + 4, size).ToArray());
            consumed += wanted;
            wanted = 4;
        }

        return consumed;
    }

    public void Ended()
    {
        HasEnded.TrySetResult(true);
        if (ClosesAtEnd)
            Connection.Close();
    }

    public void Closed(Exception? why)
    {
        if (!_closed.TrySetResult(why))
            throw new InvalidOperationException("Closed was called twice.");
    }

    public static byte[] Framed(params byte[] content)
    {
        var framed = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, content.Length);
        content.CopyTo(framed, 4);
        return framed;
    }
}

internal static class ClientExtensions
{
    public static async Task<byte[]> ReceiveExactlyAsync(this IClientConnection client, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await client.ReceiveAsync(bytes.AsMemory(done), cancellation);
            if (received == 0)
                throw new EndOfStreamException($"The peer ended after {done} of {count} bytes.");

            done += received;
        }

        return bytes;
    }

    public static async Task<byte[]> ReceiveToEndAsync(this IClientConnection client, CancellationToken cancellation)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer, cancellation) is var count and > 0)
            all.Write(buffer, 0, count);

        return all.ToArray();
    }
}
