using FlowLog.Broker.Network;

namespace FlowLog.Broker.Tests.Network;

/// <summary>What becomes of the connections that are too many when <c>max.connections</c> is lowered.</summary>
public sealed class SurplusTests
{
    private static readonly ConnectionLimits s_two = new() { Most = 2 };

    [Fact]
    public void Those_that_are_idle_for_the_longest_go_at_once_and_no_others()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            var clients = new List<TestClient>();
            for (var i = 0; i < 5; i++)
            {
                clients.Add(await node.ConnectAsync());
                Assert.Equal(1, await clients[i].CallAsync(ServedNode.Heartbeat(1)));
                await node.PassAsync(1);
            }

            Assert.Equal(2, await clients[0].CallAsync(ServedNode.Heartbeat(2)));
            node.Server.ConnectionLimits = s_two;
            node.Server.ConnectionLimits = s_two; // however often it is said
            await node.PassAsync(TimeSpan.FromMilliseconds(10));

            Assert.Equal((2, 3), (node.Server.Connections, node.Server.Refusals));
            Assert.Equal(3, await clients[0].CallAsync(ServedNode.Heartbeat(3)));
            Assert.Equal(3, await clients[4].CallAsync(ServedNode.Heartbeat(3)));
        });
    }

    [Fact]
    public void What_they_have_asked_is_answered_if_it_does_not_take_long()
    {
        using var node = new ServedNode();
        node.World.Run(async () =>
        {
            await using var soon = await node.ConnectAsync();
            await soon.SendAsync(ServedNode.SlowRequest(1)); // is answered after ten seconds
            await node.PassAsync(5);
            await using var late = await node.ConnectAsync();
            await late.SendAsync((byte[])[.. ServedNode.SlowRequest(1), .. ServedNode.Heartbeat(2)]);
            await node.PassAsync(TimeSpan.FromSeconds(4.5));

            node.Server.ConnectionLimits = new ConnectionLimits { Most = 0 };

            Assert.Equal(1, await soon.AnswerAsync());
            Assert.Null(await soon.AnswerAsync());
            Assert.Null(await late.AnswerAsync());
            Assert.Equal((0, 1), (node.Server.Connections, node.Abandoned));
        });
    }
}
