using FlowLog.Client.Producing;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Producing;

/// <summary>What is accepted stays within <c>buffer.memory</c>, and whoever waits for room or for metadata neither spins nor waits longer than he said.</summary>
public sealed class ProducerMemoryTests
{
    [Fact]
    public void A_record_larger_than_a_batch_waits_for_the_room_that_it_needs() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { BufferMemory = 2000, BatchSize = 100, MaxBlock = TimeSpan.FromSeconds(2) });
        await producer.SendAsync(Record("t", "first"));
        world.Broker.Once<ProduceRequest>(request => ProducerTests.Refuse(request, ErrorCode.NotEnoughReplicas));

        var sent = Enumerable.Range(0, 3).Select(n => producer.SendAsync(Record("t", new string((char)('a' + n), 1200)))).ToList();
        foreach (var record in sent)
            await record;

        Assert.Equal(["first", new string('a', 1200), new string('b', 1200), new string('c', 1200)], log.Values);
    });

    [Fact]
    public void Room_that_does_not_come_is_waited_for_as_long_as_max_block_says_by_all_at_once() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = world.Producer(
            options => options with { BufferMemory = 2000, BatchSize = 100, MaxBlock = TimeSpan.FromSeconds(2), DeliveryTimeout = TimeSpan.FromSeconds(31) });
        await producer.SendAsync(Record("t", "first"));
        world.Broker.Always<ProduceRequest>(request => ProducerTests.Refuse(request, ErrorCode.NotEnoughReplicas));
        await producer.ProduceAsync(Record("t", new string('a', 1200)));

        var started = world.World.Clock.Elapsed;
        var waiting = Enumerable.Range(0, 4).Select(_ => producer.ProduceAsync(Record("t", new string('b', 1200))).AsTask()).ToList();
        foreach (var one in waiting)
            Assert.Contains("No room in buffer.memory", (await Assert.ThrowsAsync<FlowLogException>(() => one)).Message, StringComparison.Ordinal);

        Assert.InRange((world.World.Clock.Elapsed - started).TotalSeconds, 1.9, 2.5);
    });

    [Fact]
    public void Those_who_wait_for_a_topic_wait_at_the_same_time_and_learn_why() => Run(async world =>
    {
        await using var producer = world.Producer(options => options with { MaxBlock = TimeSpan.FromSeconds(2) });

        var waiting = Enumerable.Range(0, 4).Select(n => producer.SendAsync(Record("nowhere", $"v{n}")).AsTask()).ToList();
        foreach (var one in waiting)
            Assert.Contains("There is no topic 'nowhere'", (await Assert.ThrowsAsync<FlowLogException>(() => one)).Message, StringComparison.Ordinal);

        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 1.9, 2.5);
    });

    [Fact]
    public void Who_gives_up_waits_for_nobody_and_the_others_keep_their_order() => Run(async world =>
    {
        await using var producer = world.Producer();
        using var givenUp = new CancellationTokenSource();
        var first = producer.SendAsync(Record("t", "first"));
        var second = producer.SendAsync(Record("t", "second"), givenUp.Token).AsTask();
        var third = producer.SendAsync(Record("t", "third"));
        await world.Pass(500);
        givenUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        var log = world.Broker.Create("t", 1)[0];
        await first;
        await third;
        Assert.Equal(["first", "third"], log.Values);
    });

    [Fact]
    public void Without_acknowledgements_memory_is_held_until_the_broker_has_taken_the_records() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { Acks = Acks.None, EnableIdempotence = false, BufferMemory = 200_000, BatchSize = 20_000, MaxInFlightRequests = 5 });
        await producer.SendAsync(Record("t", "first"));
        await world.Pass(10);
        world.Broker.StopReading();

        var accepted = 0;
        for (var rounds = 0; rounds < 100; rounds++)
        {
            while (accepted < 5000 && producer.TryProduce(Record("t", new string('x', 1000))))
                accepted++;
            await world.Pass(10);
        }

        // What a connection holds on its way, and the memory.
        Assert.InRange(accepted, 200, 800);
        world.Broker.ReadAgain();
        await producer.FlushAsync();
        await world.Pass(100);
        Assert.Equal(accepted + 1, log.Values.Count);
    });

    [Fact]
    public void A_producer_that_is_closed_in_time_gives_up_what_nobody_acknowledges_and_says_so() => Run(async world =>
    {
        world.Broker.Create("t", 2);
        var producer = world.Producer(options => options with { BatchSize = 100 });
        await producer.SendAsync(Record("t", "first"));
        world.Broker.Hang<ProduceRequest>();
        var sent = Enumerable.Range(0, 20).Select(n => producer.SendAsync(Record("t", $"v{n}", n % 2))).ToList();
        await world.Pass(100);

        var started = world.World.Clock.Elapsed;
        await producer.CloseAsync(TimeSpan.FromSeconds(1));

        Assert.InRange((world.World.Clock.Elapsed - started).TotalSeconds, 0.9, 1.5);
        foreach (var one in sent)
            await Assert.ThrowsAsync<FlowLogException>(async () => await one);
    });
}
