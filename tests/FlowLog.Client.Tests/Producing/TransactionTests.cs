using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Producing;

public sealed class TransactionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Committed_records_are_seen_and_aborted_ones_are_not(short version) => Run(async world =>
    {
        world.Broker.TransactionVersion = version;
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        foreach (var (value, commits) in new[] { ("a", true), ("b", false), ("c", true), ("d", false) })
            await InTransactionAsync(producer, value, commits);

        Assert.Equal(["a", "b", "c", "d"], log.Values);
        await using var consumer = world.Consumer(options => options with { IsolationLevel = IsolationLevel.ReadCommitted });
        consumer.Assign([Partition("t")]);
        Assert.Equal(["a", "c"], await world.ReadAsync(consumer, 10, patience: 1000));
        Assert.Equal(log.End, await consumer.PositionAsync(Partition("t")));
    });

    [Fact]
    public void A_commit_takes_along_what_was_sent_before_it_and_still_waits_to_be_accepted() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        var sent = Enumerable.Range(0, 5).Select(n => producer.SendAsync(Record("t", $"v{n}"))).ToList();
        await producer.CommitTransactionAsync();

        foreach (var record in sent)
            await record;
        Assert.Equal(Enumerable.Range(0, 5).Select(n => $"v{n}"), log.Values);
    });

    [Fact]
    public void A_transaction_of_which_a_record_was_not_even_taken_can_only_be_aborted() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = world.Producer(options => options with { TransactionalId = "tx", MaxRequestSize = 10_000, MaxBlock = TimeSpan.FromSeconds(2) });
        await producer.InitTransactionsAsync();
        foreach (var (topic, bytes) in new[] { ("t", 20_000), ("nowhere", 1) })
        {
            producer.BeginTransaction();
            await producer.SendAsync(Record("t", "good"));
            await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record(topic, new string('x', bytes))));
            await Assert.ThrowsAsync<FlowLogException>(async () => await producer.CommitTransactionAsync());
            await producer.AbortTransactionAsync();
        }
    });

    [Fact]
    public void Under_version_2_each_transaction_has_an_epoch_of_its_own_and_nothing_is_added_by_hand() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        await InTransactionAsync(producer, "a", commits: true);
        await InTransactionAsync(producer, "b", commits: true);

        var data = log.Headers.Where(header => !header.IsControl).ToList();
        Assert.Equal([0, 1], data.Select(header => (int)header.ProducerEpoch));
        Assert.Equal([0, 0], data.Select(header => header.BaseSequence));
        Assert.Empty(world.Broker.ReceivedOf<AddPartitionsToTxnRequest>());
    });

    [Fact]
    public void Under_version_1_partitions_and_groups_are_added_first_and_once() => Run(async world =>
    {
        world.Broker.TransactionVersion = 1;
        world.Broker.Newest[ApiKey.EndTxn] = 4;
        world.Broker.Create("t", 2);
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        for (var n = 0; n < 6; n++)
            await producer.SendAsync(Record("t", $"v{n}", n % 2));
        var group = new ConsumerGroupMetadata("g");
        for (var n = 0; n < 2; n++)
            await producer.SendOffsetsToTransactionAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition("t")] = new(n) }, group);
        await producer.CommitTransactionAsync();

        Assert.Equal(2, world.Broker.ReceivedOf<AddPartitionsToTxnRequest>().Sum(request => request.V3AndBelowTopics.Sum(topic => topic.Partitions.Count)));
        Assert.Single(world.Broker.ReceivedOf<AddOffsetsToTxnRequest>());
        Assert.Equal(2, world.Broker.ReceivedOf<TxnOffsetCommitRequest>().Count());
    });

    [Fact]
    public void A_transaction_in_which_nothing_happened_is_not_told_to_anybody() => Run(async world =>
    {
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        await producer.CommitTransactionAsync();
        producer.BeginTransaction();
        await producer.AbortTransactionAsync();

        Assert.Empty(world.Broker.ReceivedOf<EndTxnRequest>());
    });

    [Fact]
    public void A_second_producer_with_the_same_id_fences_the_first() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var first = Transactional(world);
        await first.InitTransactionsAsync();
        first.BeginTransaction();
        await first.SendAsync(Record("t", "lost"));

        await using var second = Transactional(world);
        await second.InitTransactionsAsync();
        await InTransactionAsync(second, "kept", commits: true);

        await Assert.ThrowsAsync<FencedException>(async () => await first.CommitTransactionAsync());
        Assert.Throws<FencedException>(first.BeginTransaction);
        await using var consumer = world.Consumer(options => options with { IsolationLevel = IsolationLevel.ReadCommitted });
        consumer.Assign([Partition("t")]);
        Assert.Equal(["kept"], await world.ReadAsync(consumer, 2, patience: 500));
        Assert.Equal(["lost", "kept"], log.Values);
    });

    [Fact]
    public void After_a_failed_record_only_an_abort_helps_and_then_everything_goes_on() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        world.Broker.Once<ProduceRequest>(request => Refuse(request, ErrorCode.MessageTooLarge));
        await producer.ProduceAsync(Record("t", "bad"));

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await producer.CommitTransactionAsync());
        Assert.Equal(ErrorCode.MessageTooLarge, failure.Code);
        await Assert.ThrowsAsync<FlowLogException>(async () => await producer.SendAsync(Record("t", "too early")));
        await Assert.ThrowsAsync<FlowLogException>(async () => await producer.CommitTransactionAsync());

        await producer.AbortTransactionAsync();
        await InTransactionAsync(producer, "good", commits: true);
    });

    [Fact]
    public void An_abort_drops_what_has_not_been_sent() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = Transactional(world, linger: 60);
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        List<ErrorCode> errors = [];
        for (var n = 0; n < 3; n++)
            await producer.ProduceAsync(Record("t", "dropped"), (in DeliveryReport report, object? _) => errors.Add(report.Error));

        await producer.AbortTransactionAsync();

        Assert.Empty(log.Values);
        Assert.Equal([ErrorCode.TransactionAbortable, ErrorCode.TransactionAbortable, ErrorCode.TransactionAbortable], errors);
    });

    [Fact]
    public void A_commit_whose_answer_is_lost_is_made_again() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = Transactional(world);
        await producer.InitTransactionsAsync();
        world.Broker.Once<EndTxnRequest>(_ => new EndTxnResponse { ErrorCode = ErrorCode.CoordinatorLoadInProgress });
        world.Broker.Once<EndTxnRequest>(_ => new EndTxnResponse { ErrorCode = ErrorCode.ConcurrentTransactions });

        await InTransactionAsync(producer, "a", commits: true);
        await InTransactionAsync(producer, "b", commits: true);

        Assert.Equal(4, world.Broker.ReceivedOf<EndTxnRequest>().Count());
    });

    [Fact]
    public void Calls_out_of_turn_are_refused_with_a_sentence() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var producer = Transactional(world);
        Assert.Throws<InvalidOperationException>(producer.BeginTransaction);
        await producer.InitTransactionsAsync();
        Assert.Throws<InvalidOperationException>(() => producer.TryProduce(Record("t", "v")));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await producer.CommitTransactionAsync());
        producer.BeginTransaction();
        Assert.Throws<InvalidOperationException>(producer.BeginTransaction);

        await using var plain = world.Producer();
        Assert.Throws<InvalidOperationException>(plain.BeginTransaction);
    });

    [Fact]
    public void Disposing_of_a_producer_aborts_what_is_open() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using (var producer = Transactional(world))
        {
            await producer.InitTransactionsAsync();
            producer.BeginTransaction();
            await producer.SendAsync(Record("t", "v"));
        }

        Assert.False(Assert.Single(world.Broker.ReceivedOf<EndTxnRequest>()).Committed);
    });

    private static IProducer Transactional(ClientWorld world, int linger = 0) =>
        world.Producer(options => options with { TransactionalId = "id", Linger = TimeSpan.FromSeconds(linger) });

    private static async Task InTransactionAsync(IProducer producer, string value, bool commits)
    {
        producer.BeginTransaction();
        await producer.SendAsync(Record("t", value));
        if (commits)
            await producer.CommitTransactionAsync();
        else
            await producer.AbortTransactionAsync();
    }

    private static ProduceResponse Refuse(ProduceRequest request, ErrorCode error) => ProducerTests.Refuse(request, error);
}
