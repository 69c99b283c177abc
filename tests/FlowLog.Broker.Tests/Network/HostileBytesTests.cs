using System.Buffers.Binary;
using FlowLog.Broker.Network;

namespace FlowLog.Broker.Tests.Network;

public sealed class HostileBytesTests : IDisposable
{
    private readonly ServedNode _node = new();

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "a web browser", "GET / HTTP/1.1\r\nHost: broker\r\n\r\n"u8.ToArray() },
        { "a TLS client", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] },
        { "a frame of nothing", ServedNode.Framed() },
        { "a frame too short for a header", ServedNode.Framed(0, 12, 0, 4) },
        { "a negative size", [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4] },
        { "the smallest size there is", [0x80, 0, 0, 0, 1, 2, 3, 4] },
        { "the largest size there is", [0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4] },
        { "an API that nobody knows", ServedNode.Framed(0x7F, 0xFF, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF) },
        { "a negative API", ServedNode.Framed(0x80, 0x00, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF) },
        { "an API that is not served", ServedNode.Framed(0, 3, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF) },
        { "a version that nobody knows", ServedNode.Framed(0, 12, 0x7F, 0, 0, 0, 0, 1, 0xFF, 0xFF) },
        { "a client id longer than the frame", ServedNode.Framed(0, 12, 0, 4, 0, 0, 0, 1, 0x7F, 0xFF, 1, 2, 3) },
        { "tags without end", ServedNode.Framed(0, 12, 0, 4, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F) },
        { "a body that is cut off", ServedNode.Framed(ServedNode.Heartbeat(1).AsSpan()[4..^3]) },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Garbage_closes_its_connection_and_no_other(string what, byte[] bytes) => _node.World.Run(async () =>
    {
        Assert.NotEmpty(what);
        await using var honest = await _node.ConnectAsync();
        await using var hostile = await _node.ConnectAsync();
        Assert.Equal(1, await honest.CallAsync(ServedNode.Heartbeat(1)));

        Assert.Null(await hostile.CallAsync(bytes));

        Assert.Equal(2, await honest.CallAsync(ServedNode.Heartbeat(2)));
        await _node.PassAsync(1);
        Assert.Equal(1, _node.Server.Connections);
        Assert.Equal(0, _node.Server.Memory.Taken);
    });

    [Fact]
    public void What_was_asked_rightly_before_is_answered_before_the_connection_goes() => _node.World.Run(async () =>
    {
        await using var client = await _node.ConnectAsync();
        await client.SendAsync((byte[])[.. ServedNode.Heartbeat(1), .. ServedNode.SlowRequest(2), .. ServedNode.Framed(), .. ServedNode.Heartbeat(3)]);

        Assert.Equal(1, await client.AnswerAsync());
        Assert.Equal(2, await client.AnswerAsync());
        Assert.Null(await client.AnswerAsync());
        Assert.Equal(2, _node.Handled);
    });

    [Fact]
    public void A_frame_beyond_the_limit_is_refused_before_memory_is_taken() => _node.World.Run(async () =>
    {
        await using var client = await _node.ConnectAsync();
        var announcement = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(announcement, _node.Server.Limits.LargestRequestBytes + 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(await client.CallAsync(announcement));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(1, _node.Server.Refusals);
    });

    [Fact]
    public void Announcing_much_takes_no_memory_until_it_comes() => _node.World.Run(async () =>
    {
        var limit = _node.Server.Limits.LargestRequestBytes;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clients = new List<TestClient>();
        for (var i = 0; i < 300; i++)
        {
            var client = await _node.ConnectAsync();
            clients.Add(client);
            await client.SendAsync(Announce(limit, sent: 1_000));
        }

        await _node.PassAsync(1);

        Assert.Equal(300L * (64 * 1024), _node.Server.Memory.Taken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 * 40_000);
        foreach (var client in clients)
            await client.DisposeAsync();

        await _node.PassAsync(1);
        Assert.Equal(0, _node.Server.Memory.Taken);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_bytes_come_the_honest_are_served(int seed)
    {
        using var node = new ServedNode(seed: seed);
        var random = new Random(seed);
        node.World.Run(async () =>
        {
            await using var honest = await node.ConnectAsync();
            for (var i = 0; i < 300; i++)
            {
                await using var hostile = await node.ConnectAsync();
                await hostile.SendAsync(Mutated(random, i));
                if (random.Next(2) == 0)
                    hostile.EndSending();

                if (random.Next(4) == 0)
                    await node.PassAsync(TimeSpan.FromMilliseconds(random.Next(3)));

                Assert.Equal(i, await honest.CallAsync(ServedNode.Heartbeat(i)));
            }

            await node.PassAsync(TimeSpan.FromMinutes(11));
            Assert.Equal(0, node.Server.Memory.Taken);
            Assert.Equal(0, node.Server.Connections);
        });
    }

    public void Dispose() => _node.Dispose();

    internal static byte[] Announce(int size, int sent)
    {
        var bytes = new byte[4 + sent];
        ServedNode.Heartbeat(1).AsSpan(4, Math.Min(sent, 20)).CopyTo(bytes.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        return bytes;
    }

    // A few right requests with bytes changed, cut out or put in.
    private static byte[] Mutated(Random random, int number)
    {
        List<byte> bytes = [.. ServedNode.Heartbeat(number), .. ServedNode.SlowRequest(number), .. ServedNode.Heartbeat(number)];
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
