using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests;

/// <summary>
/// Exceptions that nobody counted on, in what runs beside the application's calls: whoever waits is told, and what must go on goes on. They are provoked through a source of
/// randomness that breaks, which is asked for pauses after failures.
/// </summary>
public sealed class MistakeTests
{
    [Fact]
    public void A_producer_that_cannot_get_its_id_fails_its_records_instead_of_keeping_them() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        var factory = Breaking(world, out var random);
        await using var producer = factory.CreateProducer(new ProducerOptions { BootstrapServers = "broker:9092" });
        world.Broker.Always<InitProducerIdRequest>(_ =>
        {
            random.IsBroken = true;
            return new InitProducerIdResponse { ErrorCode = ErrorCode.CoordinatorLoadInProgress };
        });

        var sent = producer.SendAsync(Record("t", "a")).AsTask();
        await world.Pass(1000);

        Assert.True(sent.IsCompleted);
        Assert.Contains(BreakingRandomness.Words, (await Assert.ThrowsAsync<FlowLogException>(() => sent)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_transaction_whose_partitions_cannot_be_added_must_be_aborted_and_can_be() => Run(async world =>
    {
        world.Broker.TransactionVersion = 1;
        world.Broker.Newest[ApiKey.EndTxn] = 4;
        world.Broker.Create("t", 1);
        var factory = Breaking(world, out var random);
        await using var producer = factory.CreateProducer(new ProducerOptions { BootstrapServers = "broker:9092", TransactionalId = "tx" });
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        world.Broker.Once<AddPartitionsToTxnRequest>(request =>
        {
            random.IsBroken = true;
            return new AddPartitionsToTxnResponse
            {
                ResultsByTopicV3AndBelow =
                [
                    new() { Name = "t", ResultsByPartition = [new() { PartitionIndex = 0, PartitionErrorCode = ErrorCode.ConcurrentTransactions }] },
                ],
            };
        });

        var sent = producer.SendAsync(Record("t", "a")).AsTask();
        await world.Pass(1000);
        random.IsBroken = false;

        Assert.True(sent.IsCompleted);
        await Assert.ThrowsAsync<FlowLogException>(() => sent);
        await producer.AbortTransactionAsync();
        producer.BeginTransaction();
        Assert.True((await producer.SendAsync(Record("t", "b"))).IsDelivered);
        await producer.CommitTransactionAsync();
    });

    [Fact]
    public void A_heartbeat_that_breaks_is_not_the_last_one() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        var factory = Breaking(world, out var random);
        await using var consumer = factory.CreateConsumer(new ConsumerOptions { BootstrapServers = "broker:9092", GroupId = "g", HeartbeatInterval = TimeSpan.FromMilliseconds(300) });
        consumer.Subscribe(["t"]);
        await world.ReadAsync(consumer, 1, patience: 2000);
        world.Broker.Once<HeartbeatRequest>(_ =>
        {
            random.IsBroken = true;
            return new HeartbeatResponse { ErrorCode = ErrorCode.CoordinatorLoadInProgress };
        });
        await world.Pass(1000);
        Assert.True(random.IsBroken);
        random.IsBroken = false;

        var before = world.Broker.ReceivedOf<HeartbeatRequest>().Count();
        await world.Pass(2000);

        Assert.InRange(world.Broker.ReceivedOf<HeartbeatRequest>().Count() - before, 3, 10);
    });

    private static ClientFactory Breaking(ClientWorld world, out BreakingRandomness random)
    {
        var machine = world.World.AddMachine("breaking").World;
        random = new BreakingRandomness(machine.Random);
        return new ClientFactory(machine with { Random = random });
    }

    private sealed class BreakingRandomness(IRandomness inner) : IRandomness
    {
        public const string Words = "The dice are gone.";

        public bool IsBroken { get; set; }

        public int NextInt32(int max) => IsBroken ? throw new InvalidOperationException(Words) : inner.NextInt32(max);

        public long NextInt64() => inner.NextInt64();

        public Guid NextGuid() => inner.NextGuid();

        public void Fill(Span<byte> target) => inner.Fill(target);
    }
}
