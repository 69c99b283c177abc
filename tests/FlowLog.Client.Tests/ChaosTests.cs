using FlowLog.Client.Consuming.Assignors;
using FlowLog.Client.Producing;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests;

/// <summary>Everything at once: connections break, answers are lost, brokers go away, errors come; and yet each record is stored once, in order, and read.</summary>
public sealed class ChaosTests
{
    private const int Partitions = 3;
    private const int Records = 600;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_record_is_stored_once_and_in_order_and_read_in_order(int seed) => Run(async world =>
    {
        var logs = world.Broker.Create("t", Partitions);
        var random = new Random(seed);
        var trouble = MakeTroubleAsync(world, random, TimeSpan.FromSeconds(40));
        var delivered = await ProduceAsync(world, random);
        await using var consumer = world.Consumer(options => options with { GroupId = "g", Assignors = [new CooperativeStickyAssignor()], HeartbeatInterval = TimeSpan.FromMilliseconds(500) });
        consumer.Subscribe(["t"]);
        var read = await world.ReadAsync(consumer, Records, patience: 120_000);
        await trouble;

        Assert.Equal(Records, delivered);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var expected = Enumerable.Range(0, Records / Partitions).Select(n => $"{partition}:{n}").ToList();
            Assert.Equal(expected, logs[partition].Values);
            Assert.Equal(expected, read.Where(value => value.StartsWith($"{partition}:", StringComparison.Ordinal)).Distinct());
        }
    }, seed);

    private static async Task<int> ProduceAsync(ClientWorld world, Random random)
    {
        var delivered = 0;
        await using var producer = world.Producer(options => options with { BatchSize = 200, Linger = TimeSpan.FromMilliseconds(random.Next(5)) });
        for (var n = 0; n < Records; n++)
        {
            await producer.ProduceAsync(Record("t", $"{n % Partitions}:{n / Partitions}", n % Partitions), (in DeliveryReport report, object? _) => delivered += report.IsDelivered ? 1 : 0);
            if (random.Next(10) == 0)
                await world.Pass(random.Next(200));
        }

        await producer.FlushAsync();
        return delivered;
    }

    private static async Task MakeTroubleAsync(ClientWorld world, Random random, TimeSpan until)
    {
        while (world.World.Clock.Elapsed < until)
        {
            await world.Pass(random.Next(1500));
            switch (random.Next(7))
            {
                case 0:
                    world.Broker.LoseAnswer<ProduceRequest>();
                    break;
                case 1:
                    world.World.Network.Reset("app", "broker");
                    break;
                case 2:
                    await world.Broker.StopAsync();
                    await world.Pass(random.Next(1000));
                    world.Broker.Restart();
                    break;
                case 3:
                    world.Broker.Once<ProduceRequest>(request => Producing.ProducerTests.Refuse(request, random.Next(2) == 0 ? ErrorCode.NotLeaderOrFollower : ErrorCode.RequestTimedOut));
                    break;
                case 4:
                    world.Broker.LoseAnswer<FetchRequest>();
                    break;
                case 5:
                    world.Broker.Once<HeartbeatRequest>(_ => new HeartbeatResponse { ErrorCode = ErrorCode.NotCoordinator });
                    break;
                default:
                    world.World.Network.CutBoth("app", "broker");
                    await world.Pass(random.Next(3000));
                    world.World.Network.Mend();
                    break;
            }
        }
    }
}
