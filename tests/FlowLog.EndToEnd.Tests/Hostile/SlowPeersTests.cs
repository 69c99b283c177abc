using System.Buffers.Binary;
using System.Diagnostics;
using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Clients that keep a connection and do nothing proper with it, and clients without end, beside an honest one.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class SlowPeersTests
{
    [Fact]
    public Task Who_sends_a_header_and_falls_silent_and_who_sends_a_byte_at_a_time() => Besieged.RunAsync(
        async server =>
        {
            var frame = HostileConnection.Frame(new ProduceRequest { Acks = -1, TimeoutMs = 1000 }, 9);
            var silent = await HostileConnection.OpenManyAsync(server.Port, 500);
            foreach (var connection in silent)
                Assert.True(await connection.SendAsync(frame.AsMemory(0, 14)));

            var dripping = await HostileConnection.OpenManyAsync(server.Port, 100);
            for (var at = 0; at < 4; at++)
            {
                foreach (var connection in dripping)
                    await connection.SendAsync(frame.AsMemory(at, 1));

                // This slowness is what is tested: a byte now and then must not count as being busy.
                await Task.Delay(400, TestContext.Current.CancellationToken);
            }

            // The watch looks once in a while, so it may take twice the time.
            foreach (var connection in silent.Concat(dripping))
            {
                Assert.True(await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(10)), "An idle connection was not closed.");
                connection.Dispose();
            }
        },
        "connections.max.idle.ms=1000");

    [Fact]
    public Task Who_announces_much_and_sends_little_takes_no_memory() => Besieged.RunAsync(async server =>
    {
        var start = new byte[1 << 20];
        BinaryPrimitives.WriteInt32BigEndian(start, 100 << 20);
        start[5] = (byte)ApiKey.Produce;
        start[7] = 9;
        var before = ServerVitals.Of(server);
        var greedy = await HostileConnection.OpenManyAsync(server.Port, 300);
        foreach (var connection in greedy)
            Assert.True(await connection.SendAsync(start.AsMemory(0, 1000)));
        foreach (var connection in greedy.Take(30))
            Assert.True(await connection.SendAsync(start.AsMemory(1000)));

        var after = ServerVitals.Of(server);
        Assert.InRange(after.ResidentMebibytes, 0, before.ResidentMebibytes + 200); // 30 GB were announced, 30 MB sent
        greedy.ForEach(connection => connection.Reset());
    });

    [Fact]
    public Task Who_asks_ten_thousand_times_and_reads_no_answer() => Besieged.RunAsync(async server =>
    {
        var frame = HostileConnection.Frame(new MetadataRequest { Topics = null }, 12);
        var asking = await HostileConnection.OpenManyAsync(server.Port, 4);
        var many = Enumerable.Repeat(frame, 10_000).SelectMany(bytes => bytes).ToArray();

        // What does not fit the wires waits in our own process, for ever: two seconds of it fill every buffer on the way.
        var sending = asking.Select(connection => connection.SendAsync(many)).ToList();
        await Task.WhenAny(Task.WhenAll(sending), Task.Delay(2000, TestContext.Current.CancellationToken));
        asking.ForEach(connection => connection.Reset());
        await Task.WhenAll(sending);
    });

    [Fact]
    public Task Thousands_that_connect_at_once_and_vanish() => Besieged.RunAsync(async server =>
    {
        var count = Besieged.IsLong ? 5000 : 2000;
        var start = Stopwatch.GetTimestamp();
        var crowd = await HostileConnection.OpenManyAsync(server.Port, count);
        var half = HostileConnection.Frame(new ApiVersionsRequest(), 0);
        foreach (var connection in crowd.Take(count / 2))
            Assert.Equal(Reaction.Answered, await connection.CallAsync(half, TimeSpan.FromSeconds(20)));
        Besieged.Say($"{count} connections and {count / 2} answers in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms; {ServerVitals.Of(server)}");

        for (var i = 0; i < count; i++)
        {
            if (i % 3 == 0)
                crowd[i].EndSending();
            else if (i % 3 == 1)
                crowd[i].Reset();
            else
                crowd[i].Dispose();
        }

        // One that has ended sending and waits for nothing is let go.
        for (var i = 0; i < count; i += 3)
        {
            Assert.True(await crowd[i].IsClosedWithinAsync(TimeSpan.FromSeconds(10)), "A half-open connection was kept.");
            crowd[i].Dispose();
        }
    });

    [Fact]
    public Task Storms_of_connections_that_are_reset_with_a_request_in_work() => Besieged.RunAsync(async server =>
    {
        byte[][] frames =
        [
            HostileConnection.Frame(new ApiVersionsRequest(), 0),
            HostileConnection.Frame(new FetchRequest { MaxWaitMs = 30_000, MinBytes = 1 << 30 }, 4),
            HostileConnection.Frame(new JoinGroupRequest { GroupId = "hostile-group", SessionTimeoutMs = 6000, RebalanceTimeoutMs = 60_000, ProtocolType = "consumer" }, 3),
            [0, 0, 0, 50, 0, 0],
        ];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < (Besieged.IsLong ? 5000 : 500); i++)
            {
                using var connection = await HostileConnection.OpenAsync(server.Port);
                await connection.SendAsync(frames[(worker + i) % frames.Length]);
                if (i % 2 == 0)
                    connection.Reset();
            }
        })));
    });

    [Fact]
    public async Task More_connections_than_are_allowed_are_closed_at_once()
    {
        await using var server = await ServerProcess.StartAsync("max.connections.per.ip=20");
        var crowd = await HostileConnection.OpenManyAsync(server.Port, 60);
        var closed = 0;
        foreach (var connection in crowd)
            closed += await connection.IsClosedWithinAsync(TimeSpan.FromMilliseconds(closed < 40 ? 200 : 20)) ? 1 : 0;
        Assert.Equal(40, closed);

        crowd.ForEach(connection => connection.Dispose());
        var again = await HostileConnection.OpenManyAsync(server.Port, 1);
        Assert.Equal(Reaction.Answered, await again[0].CallAsync(HostileConnection.Frame(new ApiVersionsRequest(), 0), TimeSpan.FromSeconds(10)));
        again[0].Dispose();
    }
}
