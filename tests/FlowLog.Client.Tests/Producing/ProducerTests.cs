using FlowLog.Client.Producing;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Producing;

public sealed class ProducerTests
{
    [Fact]
    public void Records_arrive_in_the_order_of_the_calls_and_their_offsets_come_back() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer();

        var reports = new List<DeliveryReport>();
        for (var n = 0; n < 100; n++)
            await producer.ProduceAsync(Record("t", $"v{n}"), (in DeliveryReport report, object? _) => reports.Add(report));
        await producer.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"v{n}"), log.Values);
        Assert.Equal(Enumerable.Range(0, 100).Select(n => (long)n), reports.Select(report => report.Offset));
    });

    [Fact]
    public void A_batch_leaves_when_it_has_lingered_and_not_before() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { Linger = TimeSpan.FromMilliseconds(200) });
        await producer.ProduceAsync(Record("t", "a"));
        await world.Pass(100);
        Assert.True(producer.TryProduce(Record("t", "b")));

        await world.Pass(80);
        Assert.Empty(log.Values);

        await world.Pass(50);
        Assert.Equal(["a", "b"], log.Values);
        Assert.Single(world.Broker.ReceivedOf<ProduceRequest>());
    });

    [Fact]
    public void A_full_batch_does_not_linger() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { Linger = TimeSpan.FromSeconds(50), BatchSize = 500 });
        for (var n = 0; n < 20; n++)
            await producer.ProduceAsync(Record("t", new string('x', 100)));

        await world.Pass(100);
        Assert.InRange(log.Values.Count, 10, 19);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_answer_that_is_lost_makes_no_record_twice(int seed) => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        world.Broker.LoseAnswer<ProduceRequest>();
        await using var producer = world.Producer(options => options with { BatchSize = 100 });

        var sent = Enumerable.Range(0, 20).Select(n => producer.SendAsync(Record("t", $"v{n}"))).ToList();
        foreach (var report in sent)
            Assert.True((await report).IsDelivered);

        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"v{n}"), log.Values);
    }, seed);

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower)]
    [InlineData(ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public void What_fails_for_a_while_is_sent_again_in_order(ErrorCode error) => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { BatchSize = 100, MaxInFlightRequests = 5 });
        await producer.SendAsync(Record("t", "first"));
        for (var n = 0; n < 3; n++)
            world.Broker.Once<ProduceRequest>(request => Refuse(request, error));

        for (var n = 0; n < 30; n++)
            await producer.ProduceAsync(Record("t", $"v{n}"));
        await producer.FlushAsync();

        Assert.Equal(["first", .. Enumerable.Range(0, 30).Select(n => $"v{n}")], log.Values);
    });

    [Fact]
    public void A_record_that_the_broker_refuses_fails_alone() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer();
        world.Broker.Once<ProduceRequest>(request => Refuse(request, ErrorCode.MessageTooLarge));

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record("t", "bad")));
        await producer.SendAsync(Record("t", "good"));

        Assert.Equal(ErrorCode.MessageTooLarge, failure.Code);
        Assert.Equal(["good"], log.Values);
    });

    [Fact]
    public void What_is_not_delivered_in_time_fails_with_a_timeout() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        world.Broker.Always<ProduceRequest>(request => Refuse(request, ErrorCode.NotEnoughReplicas));
        await using var producer = world.Producer(options => options with { DeliveryTimeout = TimeSpan.FromSeconds(31) });

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record("t", "v")));

        Assert.Contains(failure.Code, (ErrorCode[])[ErrorCode.RequestTimedOut, ErrorCode.NotEnoughReplicas]);
        Assert.Contains(ErrorCodes.Describe(ErrorCode.NotEnoughReplicas).Sentence, failure.Message, StringComparison.Ordinal);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 30, 40);
    });

    [Fact]
    public void A_sequence_that_is_lost_for_good_brings_a_new_epoch_and_sending_goes_on() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer();
        await producer.SendAsync(Record("t", "a"));
        world.Broker.Once<ProduceRequest>(request => Refuse(request, ErrorCode.UnknownProducerId));

        await producer.SendAsync(Record("t", "b"));
        await producer.SendAsync(Record("t", "c"));

        Assert.Equal(["a", "b", "c"], log.Values);
        Assert.Equal([0, 1, 1], log.Headers.Select(header => (int)header.ProducerEpoch));
    });

    [Fact]
    public void A_record_whose_answer_was_lost_is_not_stored_again_under_the_new_epoch_that_another_partition_needs() => Run(async world =>
    {
        var log = world.Broker.Create("t", 2);
        await using var producer = world.Producer();
        await producer.SendAsync(Record("t", "a", 0));
        await producer.SendAsync(Record("t", "b", 1));
        world.Broker.Once<ProduceRequest>(request =>
        {
            foreach (var data in request.TopicData[0].PartitionData.Where(data => data.Index == 0))
                Assert.Equal(ErrorCode.None, log[0].Append(data.Records.Memory.Span, out _));
            return Refuse(request, partition => partition == 0 ? ErrorCode.RequestTimedOut : ErrorCode.UnknownProducerId);
        });

        var sent = new[] { (Value: "c", Partition: 0), (Value: "d", Partition: 1) }.Select(record => producer.SendAsync(Record("t", record.Value, record.Partition))).ToList();
        foreach (var record in sent)
            await record;
        await producer.SendAsync(Record("t", "e", 0));

        Assert.Equal(["a", "c", "e"], log[0].Values);
        Assert.Equal(["b", "d"], log[1].Values);
        Assert.Equal([0, 1], log[1].Headers.Select(header => (int)header.ProducerEpoch));
    });

    [Theory]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    public void A_record_that_may_be_stored_fails_when_the_broker_no_longer_knows_its_sequence(ErrorCode error) => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer();
        await producer.SendAsync(Record("t", "a"));
        world.Broker.Once<ProduceRequest>(request =>
        {
            log.Append(request.TopicData[0].PartitionData[0].Records.Memory.Span, out _);
            return Refuse(request, ErrorCode.RequestTimedOut);
        });
        world.Broker.Once<ProduceRequest>(request => Refuse(request, error));

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record("t", "b")));
        await producer.SendAsync(Record("t", "c"));

        Assert.Equal(error, failure.Code);
        Assert.Contains("could have stored them twice", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], log.Values);
        Assert.Equal([0, 0, 1], log.Headers.Select(header => (int)header.ProducerEpoch));
    });

    [Fact]
    public void A_broker_that_is_gone_for_a_while_costs_nothing_but_time() => Run(async world =>
    {
        var log = world.Broker.Create("t", 2);
        await using var producer = world.Producer();
        await producer.SendAsync(Record("t", "a"));

        await world.Broker.StopAsync();
        for (var n = 0; n < 10; n++)
            await producer.ProduceAsync(Record("t", $"v{n}", n % 2));
        await world.Pass(3000);
        world.Broker.Restart();
        await producer.FlushAsync();

        Assert.Equal(["a", "v0", "v2", "v4", "v6", "v8"], log[0].Values);
        Assert.Equal(["v1", "v3", "v5", "v7", "v9"], log[1].Values);
    });

    [Fact]
    public void Memory_that_is_used_up_makes_senders_wait() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { BufferMemory = 2000, BatchSize = 1000, Linger = TimeSpan.FromSeconds(1) });
        await producer.SendAsync(Record("t", "first"));

        var accepted = 0;
        while (producer.TryProduce(Record("t", new string('x', 200))))
            accepted++;
        Assert.InRange(accepted, 5, 10);

        for (var n = accepted; n < 50; n++)
            await producer.ProduceAsync(Record("t", new string('y', 200)));
        await producer.FlushAsync();
        Assert.Equal(51, log.Values.Count);
    });

    [Fact]
    public void A_topic_that_does_not_exist_is_waited_for_as_long_as_max_block_says() => Run(async world =>
    {
        await using var producer = world.Producer(options => options with { MaxBlock = TimeSpan.FromSeconds(2) });

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record("nowhere", "v")));

        Assert.True(failure.IsRetriable);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 1.9, 2.5);
    });

    [Fact]
    public void Partitions_that_are_added_are_used_once_metadata_tells() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = world.Producer(options => options with { MetadataMaxAge = TimeSpan.FromSeconds(1) });
        await producer.SendAsync(Record("t", "a"));
        var logs = world.Broker.Topics["t"] = [.. world.Broker.Topics["t"], new ScriptedPartition()];

        await world.Pass(1500);
        await producer.SendAsync(Record("t", "b", 1));

        Assert.Equal(["b"], logs[1].Values);
    });

    internal static ProduceResponse Refuse(ProduceRequest request, ErrorCode error) => Refuse(request, _ => error);

    private static ProduceResponse Refuse(ProduceRequest request, Func<int, ErrorCode> error) => new()
    {
        Responses =
        [
            .. request.TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                PartitionResponses = [.. topic.PartitionData.Select(data => new ProduceResponse.PartitionProduceResponse { Index = data.Index, ErrorCode = error(data.Index), BaseOffset = -1 })],
            }),
        ],
    };
}
