using System.Runtime.CompilerServices;
using FlowLog.Client.Administration;
using FlowLog.Client.Cluster;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Runtime.Network;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Cluster;

/// <summary>A client that waits for somebody who does not answer, or answers in another language, says so soon, and says it once.</summary>
public sealed class UnansweredTests
{
    [Fact]
    public void A_broker_that_is_not_there_is_told_at_once_and_once_and_so_is_its_return() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await world.Broker.StopAsync();
        await using var producer = world.Producer();
        var sent = producer.SendAsync(Record("t", "v"));
        await world.Pass(1000);
        Assert.Single(world.Log.Of(ClusterEventIds.NoBroker));

        await world.Pass(10_000);
        world.Broker.Restart();
        await sent;

        Assert.StartsWith("No broker answers: Cannot connect to broker:9092", Assert.Single(world.Log.Of(ClusterEventIds.NoBroker)), StringComparison.Ordinal);
        Assert.Single(world.Log.Of(ClusterEventIds.BrokersBack));
    });

    [Fact]
    public void A_member_of_a_group_whose_broker_goes_says_so_too() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var consumer = world.Consumer(options => options with { GroupId = "g" });
        world.Broker.Always<Protocol.Messages.JoinGroupRequest>(_ => new Protocol.Messages.JoinGroupResponse { ErrorCode = Protocol.Errors.ErrorCode.CoordinatorLoadInProgress });
        consumer.Subscribe(["t"]);
        await world.ReadAsync(consumer, 1, patience: 1000);
        await world.Broker.StopAsync();
        await world.ReadAsync(consumer, 1, patience: 4000);

        Assert.Single(world.Log.Of(ClusterEventIds.NoBroker));
        world.Broker.Restart();
    });

    [Fact]
    public void Somebody_who_takes_the_connection_and_says_nothing_is_told_after_a_moment() => Run(async world =>
    {
        Listen(world, _ => { });
        await using var admin = Admin(world, seconds: 15);

        var asked = Assert.ThrowsAsync<FlowLogException>(async () => await admin.ListTopicsAsync());
        await world.Pass(2000);
        Assert.Contains("took the connection and has not answered", Assert.Single(world.Log.Of(ClusterEventIds.SlowBroker)), StringComparison.Ordinal);

        Assert.Contains("took the connection and has not answered", (await asked).Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "it speaks SSH")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028", "it speaks TLS")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028 and more than an alert", "it speaks TLS")]
    [InlineData("", "it wants TLS perhaps")]
    public void Somebody_of_another_language_is_named(string greeting, string named) => Run(async world =>
    {
        Listen(world, wire =>
        {
            wire.Send(new OutgoingFrame { Bytes = greeting.Select(letter => (byte)letter).ToArray() });
            wire.Close();
        });
        await using var admin = Admin(world, seconds: 2);

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await admin.ListTopicsAsync());

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_topic_that_is_not_there_is_told_once_and_not_when_it_is_only_being_made() => Run(async world =>
    {
        await using var producer = world.Producer();
        var made = producer.SendAsync(Record("made", "v"));
        await world.Pass(20);
        world.Broker.Create("made", 1);
        await made;
        Assert.Empty(world.Log.Of(ClusterEventIds.TopicMissing));

        await using var consumer = world.Consumer(options => options with { GroupId = "g" });
        consumer.Subscribe(["nowhere"]);
        await world.ReadAsync(consumer, 1, patience: 5000);
        Assert.Contains("There is no topic 'nowhere'", Assert.Single(world.Log.Of(ClusterEventIds.TopicMissing)), StringComparison.Ordinal);
    });

    [Fact]
    public void Clients_that_are_disposed_of_leave_no_exception_that_nobody_has_seen()
    {
        List<Exception> unseen = [];
        void Take(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            if (args.Exception.ToString().Contains("FlowLog.Client", StringComparison.Ordinal) || args.Exception.ToString().Contains("MetadataUpdates", StringComparison.Ordinal))
                unseen.Add(args.Exception);
        }

        TaskScheduler.UnobservedTaskException += Take;
        try
        {
            UseAndDispose();
            for (var round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Take;
        }

        Assert.Empty(unseen);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseAndDispose() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = world.Producer();
        await using var consumer = world.Consumer(options => options with { GroupId = "g" });
        await producer.SendAsync(Record("t", "v"));
        consumer.Subscribe(["t"]);
        await world.ReadAsync(consumer, 1);
    });

    private static void Listen(ClientWorld world, Action<IServerConnection> greet) =>
        world.World.AddMachine("stranger").World.Network.Listen("", 9092, wire =>
        {
            wire.Post(() => greet(wire));
            return new Stranger();
        });

    private static IAdminClient Admin(ClientWorld world, int seconds) =>
        world.Admin(options => options with { BootstrapServers = "stranger:9092", DefaultApiTimeout = TimeSpan.FromSeconds(seconds) });

    private sealed class Stranger : IConnectionHandler
    {
        public int Received(Memory<byte> buffered, out int wanted)
        {
            wanted = 1;
            return buffered.Length;
        }

        public void Ended()
        {
        }

        public void Closed(Exception? why)
        {
        }
    }
}
