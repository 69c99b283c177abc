using FlowLog.Client.Consuming;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Consuming;

public sealed class ConsumerTests
{
    [Fact]
    public void Records_come_in_order_and_later_ones_as_they_are_written() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a", "b");
        await using var consumer = Assigned(world);

        Assert.Equal(["a", "b"], await world.ReadAsync(consumer, 2));
        log.Add("c");
        Assert.Equal(["c"], await world.ReadAsync(consumer, 1));
        Assert.Equal(3, consumer.TryGetPosition(Partition("t")));
        Assert.Equal(0, consumer.CurrentLag(Partition("t")));
    });

    [Fact]
    public void An_idle_consumer_asks_in_one_session_and_names_partitions_only_once() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 3);
        logs[0].Add("a");
        await using var consumer = Assigned(world, partitions: 3);
        await world.ReadAsync(consumer, 1);
        await world.ReadAsync(consumer, 1, patience: 3000);

        var fetches = world.Broker.ReceivedOf<FetchRequest>().ToList();
        Assert.Equal(0, fetches[0].SessionEpoch);
        Assert.Equal(Enumerable.Range(0, fetches.Count), fetches.Select(fetch => fetch.SessionEpoch));
        Assert.All(fetches.Skip(3), fetch => Assert.Empty(fetch.Topics));
    });

    [Fact]
    public void A_session_that_the_broker_has_forgotten_is_begun_anew() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        await using var consumer = Assigned(world);
        await world.ReadAsync(consumer, 1);

        world.Broker.Once<FetchRequest>(_ => new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound });
        log.Add("b");

        Assert.Equal(["b"], await world.ReadAsync(consumer, 1));
    });

    [Fact]
    public void Seeking_drops_what_was_fetched_ahead_and_answers_that_are_on_their_way() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        for (var n = 0; n < 10; n++)
            log.Add($"v{n}");
        await using var consumer = Assigned(world, change: options => options with { MaxPollRecords = 1 });
        Assert.Equal(["v0"], await world.ReadAsync(consumer, 1));

        consumer.Seek(Partition("t"), 7);
        Assert.Equal(["v7"], await world.ReadAsync(consumer, 1));
        consumer.SeekToBeginning([]);
        Assert.Equal(["v0"], await world.ReadAsync(consumer, 1));
        consumer.SeekToEnd([Partition("t")]);
        Assert.Equal(10, await consumer.PositionAsync(Partition("t")));
        Assert.Empty(await world.ReadAsync(consumer, 1, patience: 300));
    });

    [Fact]
    public void A_position_inside_of_a_batch_shows_only_what_follows() => Run(async world =>
    {
        world.Broker.Create("t", 1)[0].Add("a", "b", "c", "d");
        await using var consumer = Assigned(world);

        consumer.Seek(Partition("t"), 2);

        Assert.Equal(["c", "d"], await world.ReadAsync(consumer, 2));
    });

    [Fact]
    public void Paused_partitions_are_silent_and_the_others_are_not() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 2);
        logs[0].Add("a");
        logs[1].Add("b");
        await using var consumer = Assigned(world, partitions: 2);
        consumer.Pause([Partition("t")]);

        Assert.Equal(["b"], await world.ReadAsync(consumer, 2, patience: 1000));
        consumer.Resume([Partition("t")]);
        Assert.Equal(["a"], await world.ReadAsync(consumer, 1));
    });

    [Theory]
    [InlineData(AutoOffsetReset.Earliest, "c")]
    [InlineData(AutoOffsetReset.Latest, "later")]
    public void A_position_that_is_gone_is_found_by_the_policy(AutoOffsetReset policy, string first) => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        log.Add("b");
        log.Add("c");
        log.Start = 2;
        await using var consumer = Assigned(world, change: options => options with { AutoOffsetReset = policy });
        consumer.Seek(Partition("t"), 0);
        await world.ReadAsync(consumer, 1, patience: 200);
        log.Add("later");
        consumer.Seek(Partition("t"), policy == AutoOffsetReset.Earliest ? 0 : 3);

        Assert.Equal(first, (await world.ReadAsync(consumer, 1))[0]);
    });

    [Fact]
    public void Without_a_policy_a_position_that_is_gone_is_an_exception() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        log.Start = 1;
        await using var consumer = Assigned(world, change: options => options with { AutoOffsetReset = AutoOffsetReset.None });
        consumer.Seek(Partition("t"), 0);

        await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => world.ReadAsync(consumer, 1));
        Assert.Equal(0, consumer.TryGetPosition(Partition("t")));
    });

    [Fact]
    public void Without_a_policy_a_missing_position_is_an_exception_until_the_application_seeks() => Run(async world =>
    {
        world.Broker.Create("t", 2)[0].Add("a");
        await using var consumer = Assigned(world, partitions: 2, change: options => options with { GroupId = "g", AutoOffsetReset = AutoOffsetReset.None });

        var failure = await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => world.ReadAsync(consumer, 1));
        Assert.Equal([Partition("t"), Partition("t", 1)], failure.Partitions.Keys.Order());

        // The next search is under way, or has failed, by the time of these.
        await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => world.ReadAsync(consumer, 1));
        await consumer.PollAsync(TimeSpan.Zero);
        await world.Pass(500);
        consumer.Seek(Partition("t"), 0);
        consumer.Seek(Partition("t", 1), 0);

        Assert.Equal(["a"], await world.ReadAsync(consumer, 1));
    });

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower)]
    [InlineData(ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ErrorCode.KafkaStorageError)]
    [InlineData(ErrorCode.UnknownServerError)]
    public void Errors_that_pass_cost_nothing_but_time(ErrorCode error) => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        world.Broker.Once<FetchRequest>(fetch => new FetchResponse
        {
            SessionId = 77,
            Responses = [.. fetch.Topics.Select(topic => new FetchResponse.FetchableTopicResponse { Topic = topic.Topic, TopicId = topic.TopicId, Partitions = [.. topic.Partitions.Select(partition => new FetchResponse.PartitionData { PartitionIndex = partition.Partition, ErrorCode = error })] })],
        });
        await using var consumer = Assigned(world);

        Assert.Equal(["a"], await world.ReadAsync(consumer, 1));
    });

    [Fact]
    public void An_error_that_does_not_pass_comes_out_of_the_poll() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        world.Broker.Once<FetchRequest>(fetch => new FetchResponse
        {
            Responses = [.. fetch.Topics.Select(topic => new FetchResponse.FetchableTopicResponse { Topic = topic.Topic, TopicId = topic.TopicId, Partitions = [new() { ErrorCode = ErrorCode.TopicAuthorizationFailed }] })],
        });
        await using var consumer = Assigned(world);

        var failure = await Assert.ThrowsAsync<FlowLogException>(() => world.ReadAsync(consumer, 1));

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.Code);
    });

    [Fact]
    public void A_broker_that_was_away_is_found_again() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        await using var consumer = Assigned(world);
        await world.ReadAsync(consumer, 1);

        await world.Broker.StopAsync();
        log.Add("b");
        Assert.Empty(await world.ReadAsync(consumer, 1, patience: 2000));
        world.Broker.Restart();

        Assert.Equal(["b"], await world.ReadAsync(consumer, 1));
    });

    [Fact]
    public void A_log_that_was_cut_below_the_position_is_noticed() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        log.Add("b");
        log.Add("lost");
        await using var consumer = Assigned(world, change: options => options with { MetadataMaxAge = TimeSpan.FromSeconds(1) });
        Assert.Equal(["a", "b", "lost"], await world.ReadAsync(consumer, 3));

        log.Truncate(2);
        await world.ReadAsync(consumer, 1, patience: 3000);
        log.Add("new");

        Assert.Equal(["new"], await world.ReadAsync(consumer, 1));
    });

    [Fact]
    public void Transactions_that_are_open_hide_what_follows_them_from_readers_of_committed_records() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        await using var producer = world.Producer(options => options with { TransactionalId = "id" });
        await producer.InitTransactionsAsync();
        producer.BeginTransaction();
        await producer.SendAsync(Record("t", "open"));
        log.Add("behind");
        await using var consumer = Assigned(world, change: options => options with { IsolationLevel = IsolationLevel.ReadCommitted });

        Assert.Empty(await world.ReadAsync(consumer, 1, patience: 1000));
        Assert.Equal(0, (await consumer.EndOffsetsAsync([Partition("t")]))[Partition("t")]);
        await producer.CommitTransactionAsync();
        Assert.Equal(["open", "behind"], await world.ReadAsync(consumer, 2));
    });

    [Fact]
    public void A_wakeup_ends_a_poll_at_once_and_the_next_one_when_none_waits() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var consumer = Assigned(world);
        var polling = consumer.PollAsync(TimeSpan.FromMinutes(1));
        await world.Pass(100);
        consumer.Wakeup();
        await Assert.ThrowsAsync<WakeupException>(async () => await polling);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 0, 1);

        consumer.Wakeup();
        await Assert.ThrowsAsync<WakeupException>(async () => await consumer.PollAsync(TimeSpan.Zero));
    });

    [Fact]
    public void Two_polls_at_a_time_are_refused() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var consumer = Assigned(world);
        var polling = consumer.PollAsync(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await consumer.PollAsync(TimeSpan.Zero));
        await polling;
    });

    [Fact]
    public void Commits_are_stored_and_continued_from() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        log.Add("a");
        log.Add("b");
        await using (var first = Assigned(world, change: options => options with { GroupId = "g", EnableAutoCommit = false, MaxPollRecords = 1 }))
        {
            await world.ReadAsync(first, 1);
            await first.CommitAsync();
            await world.ReadAsync(first, 1);
        }

        await using var second = Assigned(world, change: options => options with { GroupId = "g" });
        Assert.Equal(["b"], await world.ReadAsync(second, 1));
        Assert.Equal(1, (await second.CommittedAsync([Partition("t")]))[Partition("t")]!.Value.Offset);
    });

    [Fact]
    public void Automatic_commits_cover_what_earlier_polls_returned_and_closing_covers_the_rest() => Run(async world =>
    {
        var log = world.Broker.Create("t", 1)[0];
        for (var n = 0; n < 3; n++)
            log.Add($"v{n}");
        var consumer = Assigned(world, change: options => options with { GroupId = "g", MaxPollRecords = 1 });
        await world.ReadAsync(consumer, 2);
        await world.Pass(6000);
        Assert.DoesNotContain(("g", Partition("t")), world.Broker.Answers.Committed);

        await world.ReadAsync(consumer, 1);
        await world.Pass(100);
        Assert.Equal(2, world.Broker.Answers.Committed[("g", Partition("t"))]);

        await consumer.CloseAsync();
        Assert.Equal(3, world.Broker.Answers.Committed[("g", Partition("t"))]);
    });

    [Fact]
    public void Who_leaves_the_loop_and_comes_back_misses_nothing_and_sees_nothing_twice() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 2);
        for (var n = 0; n < 6; n++)
            logs[n % 2].Add($"a{n}", $"b{n}");
        await using var consumer = Assigned(world, partitions: 2);

        List<string> seen = [];
        while (seen.Count < 10)
            await foreach (var record in consumer.ConsumeAsync(TestContext.Current.CancellationToken))
            {
                seen.Add(System.Text.Encoding.UTF8.GetString(record.Value!.Value.Span));
                if (seen.Count % 3 != 0)
                    continue;
                break;
            }

        seen.AddRange(await world.ReadAsync(consumer, 12 - seen.Count));
        Assert.Equal(12, seen.Count);
        Assert.Equal(12, seen.Distinct().Count());
    });

    [Fact]
    public void A_position_that_the_application_sets_when_it_leaves_the_loop_is_kept() => Run(async world =>
    {
        world.Broker.Create("t", 1)[0].Add("a", "b", "c");
        await using var consumer = Assigned(world);

        await foreach (var record in consumer.ConsumeAsync(TestContext.Current.CancellationToken))
        {
            consumer.Seek(Partition("t"), 2);
            break;
        }

        Assert.Equal(["c"], await world.ReadAsync(consumer, 1));
    });

    [Fact]
    public void A_topic_that_the_cluster_refuses_for_good_comes_out_of_the_poll() => Run(async world =>
    {
        world.Broker.Always<MetadataRequest>(_ => new MetadataResponse
        {
            Brokers = [new() { NodeId = 1, Host = world.Broker.Host, Port = ScriptedBroker.Port }],
            Topics = [new() { Name = "t", ErrorCode = ErrorCode.TopicAuthorizationFailed }],
        });
        await using var consumer = Assigned(world);

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await world.ReadAsync(consumer, 1));

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.Code);
        Assert.Contains("'t'", failure.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void What_paused_partitions_hold_keeps_nobody_else_waiting() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 3);
        foreach (var log in logs)
            log.Add(new string('x', 600), new string('y', 600));
        await using var consumer = Assigned(world, partitions: 3, change: options => options with { FetchMaxBytes = 1000, MaxPollRecords = 1 });
        await world.ReadAsync(consumer, 1);
        consumer.Pause([Partition("t", 0), Partition("t", 1)]);
        await world.Pass(500);

        logs[2].Add("later");
        Assert.Contains("later", await world.ReadAsync(consumer, 6, patience: 3000));
    });

    private static IConsumer Assigned(ClientWorld world, int partitions = 1, Func<ConsumerOptions, ConsumerOptions>? change = null)
    {
        var consumer = world.Consumer(change);
        consumer.Assign([.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition("t", partition))]);
        return consumer;
    }
}
