using System.Buffers.Binary;
using System.Net.Sockets;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>Bytes that no client would send cost their sender the connection, and nobody else anything.</summary>
public sealed class HostileBytesTests
{
    [Fact]
    public async Task A_garbage_frame_closes_its_connection_and_no_other()
    {
        await using var server = await ServerProcess.StartAsync();
        using var honest = await ConnectAsync(server);
        using var hostile = await ConnectAsync(server);

        await hostile.GetStream().WriteAsync(Frame([0x7f, 0xff, 0x00, 0x63, 1, 2, 3, 4, 0xff, 0xff]));

        Assert.Equal(0, await hostile.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.True(await AnswersApiVersionsAsync(honest));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(104_857_601)]
    public async Task An_impossible_frame_size_is_refused_before_memory_is_taken(int size)
    {
        await using var server = await ServerProcess.StartAsync();
        using var hostile = await ConnectAsync(server);
        var before = ResidentMebibytes(server.Process.Id);

        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, size);
        await hostile.GetStream().WriteAsync(prefix);

        Assert.Equal(0, await hostile.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.InRange(ResidentMebibytes(server.Process.Id), 0, before + 50);
        using var honest = await ConnectAsync(server);
        Assert.True(await AnswersApiVersionsAsync(honest));
    }

    [Fact]
    public async Task A_count_that_the_frame_cannot_hold_closes_the_connection()
    {
        await using var server = await ServerProcess.StartAsync();
        using var hostile = await ConnectAsync(server);

        // Metadata v1 (api 3) that announces two thousand million topics and holds none.
        await hostile.GetStream().WriteAsync(Frame([0, 3, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x77, 0x35, 0x94, 0x00]));

        Assert.Equal(0, await hostile.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Hundreds_of_half_open_connections_do_not_keep_an_honest_client_out()
    {
        await using var server = await ServerProcess.StartAsync();
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                idle.Add(await ConnectAsync(server));
                await idle[^1].GetStream().WriteAsync(new byte[] { 0, 0 });
            }

            using var honest = await ConnectAsync(server);
            Assert.True(await AnswersApiVersionsAsync(honest));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    private static async Task<TcpClient> ConnectAsync(ServerProcess server)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", server.Port);
        return client;
    }

    private static async Task<bool> AnswersApiVersionsAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync(Frame([0, 18, 0, 0, 0, 0, 0, 42, 0xff, 0xff]));
        var size = new byte[4];
        await client.GetStream().ReadExactlyAsync(size).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await client.GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return BinaryPrimitives.ReadInt32BigEndian(answer) == 42 && BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4)) == 0;
    }

    private static byte[] Frame(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    private static long ResidentMebibytes(int process)
    {
        using var found = System.Diagnostics.Process.GetProcessById(process);
        return found.WorkingSet64 >> 20;
    }
}
