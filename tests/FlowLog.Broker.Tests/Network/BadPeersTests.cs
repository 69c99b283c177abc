using FlowLog.Broker.Network;

namespace FlowLog.Broker.Tests.Network;

public sealed class BadPeersTests
{
    private static readonly TimeSpan s_idle = new NetworkLimits().MaxIdle;

    [Fact]
    public void Who_asks_and_does_not_read_is_not_served_without_end_and_is_let_go_in_time()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var honest = await node.ConnectAsync();
            await using var greedy = await node.ConnectAsync();
            for (var i = 0; i < 2_000; i++)
                await greedy.SendAsync(ServedNode.RequestOfMuch(i));

            await node.PassAsync(1);
            Assert.InRange(node.Handled, 1, 40); // of 100 KB each: what the wire holds and a little more
            Assert.Equal(1, await honest.CallAsync(ServedNode.Heartbeat(1)));

            await node.PassAsync((2 * s_idle) + TimeSpan.FromSeconds(10));
            Assert.Equal(0, node.Server.Connections);
        });
    }

    [Fact]
    public void Who_reads_slowly_gets_everything_in_order()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var client = await node.ConnectAsync();
            for (var i = 0; i < 200; i++)
                await client.SendAsync(ServedNode.RequestOfMuch(i));

            for (var i = 0; i < 200; i++)
            {
                await node.PassAsync(20);
                Assert.Equal(i, await client.AnswerAsync());
            }
        });
    }

    [Fact]
    public void Who_has_ended_sending_gets_the_answers_that_are_due_and_then_the_end()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var client = await node.ConnectAsync();
            await client.SendAsync((byte[])[.. ServedNode.SlowRequest(1), .. ServedNode.Heartbeat(2)]);
            client.EndSending();

            Assert.Equal(1, await client.AnswerAsync());
            Assert.Equal(2, await client.AnswerAsync());
            Assert.Null(await client.AnswerAsync());
            Assert.Equal(0, node.Server.Connections);
        });
    }

    [Fact]
    public void The_request_of_who_vanished_is_abandoned()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            var client = await node.ConnectAsync();
            await client.SendAsync(ServedNode.SlowRequest(1));
            await node.PassAsync(1);

            node.World.Network.Reset("client-0", "node");
            await node.PassAsync(1);

            Assert.Equal(1, node.Abandoned);
            Assert.Equal(0, node.Server.Connections);
            await node.PassAsync(20);
        });
    }

    [Fact]
    public void Who_drips_bytes_is_idle_all_the_same()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var client = await node.ConnectAsync();
            foreach (var one in HostileBytesTests.Announce(1_000, sent: 5))
            {
                await client.SendAsync(new[] { one });
                await node.PassAsync(TimeSpan.FromSeconds(58));
            }

            Assert.Equal(1, node.Server.Connections);
            await node.PassAsync(s_idle);

            Assert.Equal(0, node.Server.Connections);
        });
    }

    [Fact]
    public void Thousands_of_silent_connections_cost_little_and_go_when_they_are_idle()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var honest = await node.ConnectAsync();
            var silent = new List<TestClient>();
            for (var i = 0; i < 3_000; i++)
                silent.Add(await node.ConnectAsync());

            await node.PassAsync(s_idle - TimeSpan.FromMinutes(1));
            Assert.Equal(3_001, node.Server.Connections);
            Assert.Equal(1, await honest.CallAsync(ServedNode.Heartbeat(1)));
            await node.PassAsync(TimeSpan.FromMinutes(2));

            Assert.Equal(1, node.Server.Connections);
            Assert.Equal(2, await honest.CallAsync(ServedNode.Heartbeat(2)));
        });
    }

    [Fact]
    public void One_connection_too_many_waits_until_another_one_goes()
    {
        using var node = new ServedNode(connections: new ConnectionLimits { Most = 2 });
        node.World.Run(async () =>
        {
            var first = await node.ConnectAsync();
            await using var second = await node.ConnectAsync();
            Assert.Equal(1, await second.CallAsync(ServedNode.Heartbeat(1)));
            await using var third = await node.ConnectAsync();
            var waiting = third.CallAsync(ServedNode.Heartbeat(2));
            await node.PassAsync(60);
            Assert.False(waiting.IsCompleted);

            await first.DisposeAsync();

            Assert.Equal(2, await waiting);
            Assert.Equal(3, await third.CallAsync(ServedNode.Heartbeat(3)));
            Assert.Equal(4, await second.CallAsync(ServedNode.Heartbeat(4)));
            Assert.Equal(2, node.Server.Connections);
        });
    }

    [Fact]
    public void Who_waits_for_room_in_vain_is_closed_with_the_server()
    {
        using var node = new ServedNode(connections: new ConnectionLimits { Most = 1 });
        node.World.Run(async () =>
        {
            await using var first = await node.ConnectAsync();
            await using var second = await node.ConnectAsync();
            await node.PassAsync(1);

            await node.Server.StopAsync();

            Assert.Null(await second.AnswerAsync());
        });
    }

    [Fact]
    public void Who_was_silent_for_the_longest_goes_when_fewer_are_allowed_and_others_come_when_more_are()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            var clients = new List<TestClient>();
            for (var i = 0; i < 4; i++)
            {
                clients.Add(await node.ConnectAsync());
                await node.PassAsync(1);
            }

            Assert.Equal(1, await clients[0].CallAsync(ServedNode.Heartbeat(1)));
            node.Server.ConnectionLimits = new ConnectionLimits { Most = 2 };

            Assert.Null(await clients[1].AnswerAsync());
            Assert.Null(await clients[2].AnswerAsync());
            Assert.Equal(2, await clients[0].CallAsync(ServedNode.Heartbeat(2)));
            Assert.Equal(3, await clients[3].CallAsync(ServedNode.Heartbeat(3)));

            await using var late = await node.ConnectAsync();
            var waiting = late.CallAsync(ServedNode.Heartbeat(4));
            await node.PassAsync(1);
            Assert.False(waiting.IsCompleted);
            node.Server.ConnectionLimits = new ConnectionLimits { Most = 3 };
            Assert.Equal(4, await waiting);
            Assert.Equal(3, node.Server.Connections);
        });
    }

    [Fact]
    public void A_connection_to_the_brokers_listener_takes_the_place_of_another_one()
    {
        using var node = new ServedNode(connections: new ConnectionLimits { Most = 1, ProtectedListener = "REPLICATION" });
        node.World.Run(async () =>
        {
            await using var client = await node.ConnectAsync();
            Assert.Equal(1, await client.CallAsync(ServedNode.Heartbeat(1)));
            node.Server.Listen("REPLICATION", "", 9093);

            await using var broker = await node.ConnectAsync(9093);

            Assert.Equal(2, await broker.CallAsync(ServedNode.Heartbeat(2)));
            Assert.Null(await client.AnswerAsync());
        });
    }

    [Fact]
    public void Large_requests_wait_for_memory_and_all_get_through()
    {
        const long Limit = 2 << 20;
        using var node = new ServedNode(new NetworkLimits { QueuedRequestBytes = Limit });
        node.World.Run(async () =>
        {
            long most = 0;
            var request = ServedNode.LargeHeartbeat(7, 900_000);
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            {
                await using var client = await node.ConnectAsync();
                var answer = client.CallAsync(request);
                while (!answer.IsCompleted)
                {
                    most = Math.Max(most, node.Server.Memory.Taken);
                    await node.PassAsync(TimeSpan.FromMilliseconds(1));
                }

                Assert.Equal(7, await answer);
            }));

            Assert.InRange(most, Limit / 2, Limit + (2 << 20));
            Assert.Equal(0, node.Server.Memory.Taken);
        });
    }

    [Fact]
    public void Who_holds_memory_that_others_need_and_sends_nothing_more_is_let_go()
    {
        using var node = new ServedNode(new NetworkLimits { QueuedRequestBytes = 1 << 20 });
        node.World.Run(async () =>
        {
            var stalled = new List<TestClient>();
            for (var i = 0; i < 10; i++)
            {
                stalled.Add(await node.ConnectAsync());
                await stalled[i].SendAsync(HostileBytesTests.Announce(50_000_000, sent: 200_000));
            }

            await using var honest = await node.ConnectAsync();
            var answer = honest.CallAsync(ServedNode.LargeHeartbeat(7, 100_000));
            await node.PassAsync(1);
            Assert.False(answer.IsCompleted);

            Assert.Equal(7, await answer);

            Assert.InRange(node.World.Clock.Elapsed.TotalSeconds, 29, 100);
        });
    }

    [Fact]
    public void Stopping_closes_every_connection()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var idle = await node.ConnectAsync();
            await using var waiting = await node.ConnectAsync();
            await waiting.SendAsync(ServedNode.SlowRequest(1));
            await node.PassAsync(1);

            await node.Server.StopAsync();

            Assert.Equal(0, node.Server.Connections);
            Assert.Null(await idle.AnswerAsync());
            await node.PassAsync(20);
        });
    }
}
