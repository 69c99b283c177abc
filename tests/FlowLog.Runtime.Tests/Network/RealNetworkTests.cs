using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Network;
using FlowLog.Runtime.Network.Reactors;
using FlowLog.Runtime.Network.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime.Tests.Network;

public sealed class SocketNetworkTests : NetworkContract
{
    private static readonly SocketNetwork s_network = new(new NetworkOptions(), NullLogger.Instance);

    protected override INetwork Network => s_network;
}

public class EpollNetworkTests : NetworkContract
{
    private static readonly EpollNetwork s_network = new(new NetworkOptions(), NullLogger.Instance);

    protected override INetwork Network => s_network;

    [Fact]
    public Task Frames_sent_from_many_threads_arrive_whole_and_each_threads_in_order() => Run(async () =>
    {
        const int Threads = 4;
        const int Frames = 2_000;
        var client = await ConnectAsync(Listen((handler, _) =>
        {
            for (var thread = 0; thread < Threads; thread++)
            {
                var number = (byte)thread;
                new Thread(() =>
                {
                    for (var i = 0; i < Frames; i++)
                        handler.Connection.Send(new TestFrame(FrameHandler.Framed([number, .. BitConverter.GetBytes(i), .. new byte[i % 300]])));
                }).Start();
            }
        }));
        await client.SendAsync(FrameHandler.Framed(), Patience);

        var next = new int[Threads];
        for (var i = 0; i < Threads * Frames; i++)
        {
            var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(await client.ReceiveExactlyAsync(4, Patience));
            var content = await client.ReceiveExactlyAsync(size, Patience);
            Assert.Equal(next[content[0]]++, BitConverter.ToInt32(content, 1));
            Assert.Equal(5 + (BitConverter.ToInt32(content, 1) % 300), size);
        }
    });

    [Fact]
    public Task A_storm_of_connections_is_taken_without_loss() => Run(async () =>
    {
        var listener = Listen(Echo);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 200, CancellationToken = Patience }, async (i, cancellation) =>
        {
            await using var client = await Network.ConnectAsync(Host, listener.EndPoint.Port, cancellation);
            await client.SendAsync(FrameHandler.Framed((byte)i), cancellation);
            Assert.Equal([(byte)i], await client.ReceiveExactlyAsync(1, cancellation));
        });
    });

    [Fact]
    public Task A_name_with_several_addresses_reaches_the_one_that_listens() => Run(async () =>
    {
        var listener = Listen(Echo);

        await using var client = await Network.ConnectAsync("localhost", listener.EndPoint.Port, Patience);

        Assert.Equal(listener.EndPoint, client.Remote);
        await Assert.ThrowsAsync<NetworkException>(() => Network.ConnectAsync("no-such-host.invalid", 9, Patience).AsTask());
    });

    [Fact]
    public Task One_listener_takes_both_families() => Run(async () =>
    {
        await using var listener = Network.Listen("", 0, connection => new FrameHandler(connection, Echo));

        foreach (var host in (string[])["127.0.0.1", "::1"])
        {
            await using var client = await Network.ConnectAsync(host, listener.EndPoint.Port, Patience);
            await client.SendAsync(FrameHandler.Framed(1), Patience);
            Assert.Equal([1], await client.ReceiveExactlyAsync(1, Patience));
        }
    });
}

/// <summary>The same, with files of the machine, so that <c>sendfile</c> carries them.</summary>
public sealed class EpollNetworkWithFilesTests : EpollNetworkTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("flowlog-net-").FullName;
    private int _files;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    protected override IFile OpenFile(byte[] content)
    {
        var file = new LinuxDisk().Open(Path.Combine(_root, $"{_files++}"), FileOpening.New);
        file.Write(0, content);
        return file;
    }
}
