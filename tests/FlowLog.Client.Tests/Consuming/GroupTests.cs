using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Assignors;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Consuming;

public sealed class GroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Members_come_and_go_and_every_partition_has_one_reader(int seed) => Run(async world =>
    {
        world.Broker.Create("t", 6);
        await using var one = new RunningMember(world, new RangeAssignor());
        await one.HoldsAsync(6);
        await using var two = new RunningMember(world, new RangeAssignor());
        await Task.WhenAll(one.HoldsAsync(3), two.HoldsAsync(3));
        var three = new RunningMember(world, new RangeAssignor());
        await Task.WhenAll(one.HoldsAsync(2), two.HoldsAsync(2), three.HoldsAsync(2));
        Assert.Equal(6, one.Held.Concat(two.Held).Concat(three.Held).Distinct().Count());

        await three.DisposeAsync();
        await Task.WhenAll(one.HoldsAsync(3), two.HoldsAsync(3));
        Assert.Equal(6, one.Revoked.Take(6).Count());
    }, seed);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Cooperative_members_give_up_only_what_moves_and_two_never_hold_the_same(int seed) => Run(async world =>
    {
        world.Broker.Create("t", 6);
        await using var one = new RunningMember(world, new CooperativeStickyAssignor());
        await one.HoldsAsync(6);
        var kept = one.Held;
        await using var two = new RunningMember(world, new CooperativeStickyAssignor()) { NeverWith = one };
        await Task.WhenAll(one.HoldsAsync(3), two.HoldsAsync(3));

        Assert.Equal(3, one.Revoked.Count);
        Assert.Equal(one.Revoked.Order(), two.Held.Order());
        Assert.Subset(kept.ToHashSet(), one.Held.ToHashSet());
    }, seed);

    [Fact]
    public void Records_are_read_on_through_rebalances_and_none_twice() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 4);
        await using var one = new RunningMember(world, new CooperativeStickyAssignor());
        await one.HoldsAsync(4);
        for (var n = 0; n < 100; n++)
            logs[n % 4].Add($"early{n}");
        await using var two = new RunningMember(world, new CooperativeStickyAssignor());
        await Task.WhenAll(one.HoldsAsync(2), two.HoldsAsync(2));
        for (var n = 0; n < 100; n++)
            logs[n % 4].Add($"late{n}");
        await world.Pass(2000);

        var seen = one.Values.Concat(two.Values).ToList();
        Assert.Equal(200, seen.Count);
        Assert.Equal(200, seen.Distinct().Count());
    });

    [Fact]
    public void What_a_member_has_processed_is_committed_before_it_gives_partitions_up() => Run(async world =>
    {
        var logs = world.Broker.Create("t", 2);
        await using var one = new RunningMember(world, new RangeAssignor());
        await one.HoldsAsync(2);
        logs[0].Add("a");
        logs[1].Add("b", "c");
        await world.Pass(500);
        await using var two = new RunningMember(world, new RangeAssignor());
        await Task.WhenAll(one.HoldsAsync(1), two.HoldsAsync(1));

        Assert.Equal((1L, 2L), (world.Broker.Answers.Committed[("g", Partition("t"))], world.Broker.Answers.Committed[("g", Partition("t", 1))]));
        Assert.Empty(two.Values);
    });

    [Fact]
    public void A_member_that_was_thrown_out_is_told_that_its_partitions_are_lost_and_joins_again() => Run(async world =>
    {
        world.Broker.Create("t", 2);
        await using var one = new RunningMember(world, new RangeAssignor());
        await one.HoldsAsync(2);

        world.Broker.Answers.Group("g").Expel(world.Broker.Answers.Group("g").Members.Single());
        await world.Pass(10_000);

        Assert.Equal(2, one.Lost.Count);
        Assert.Empty(one.Revoked);
        Assert.Equal(2, one.Held.Count);
    });

    [Fact]
    public void A_commit_under_an_old_generation_is_refused_and_the_membership_goes_on() => Run(async world =>
    {
        world.Broker.Create("t", 1)[0].Add("a");
        await using var consumer = world.Consumer(options => options with { GroupId = "g", EnableAutoCommit = false });
        consumer.Subscribe(["t"]);
        await world.ReadAsync(consumer, 1);
        var membership = consumer.GroupMetadata;
        world.Broker.Once<OffsetCommitRequest>(request => new OffsetCommitResponse { Topics = [new() { Name = "t", Partitions = [new() { ErrorCode = ErrorCode.RebalanceInProgress }] }] });

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await consumer.CommitAsync());
        Assert.Equal(ErrorCode.RebalanceInProgress, failure.Code);
        await world.ReadAsync(consumer, 1, patience: 1000);
        await consumer.CommitAsync();
        Assert.Equal(membership.MemberId, consumer.GroupMetadata.MemberId);
        Assert.True(consumer.GroupMetadata.GenerationId > membership.GenerationId);
    });

    [Fact]
    public void A_closed_consumer_leaves_at_once_unless_it_is_to_remain() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        foreach (var membership in new[] { GroupMembershipOperation.Default, GroupMembershipOperation.RemainInGroup })
        {
            var consumer = world.Consumer(options => options with { GroupId = membership.ToString() });
            consumer.Subscribe(["t"]);
            await world.ReadAsync(consumer, 1, patience: 500);
            await consumer.CloseAsync(new CloseOptions { Membership = membership });
        }

        Assert.Single(world.Broker.ReceivedOf<LeaveGroupRequest>());
        Assert.Empty(world.Broker.Answers.Group("Default").Members);
        Assert.Single(world.Broker.Answers.Group("RemainInGroup").Members);
    });

    [Fact]
    public void A_member_that_does_not_poll_leaves_and_comes_back_with_the_next_poll() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        List<TopicPartition> lost = [];
        await using var consumer = world.Consumer(options => options with { GroupId = "g", MaxPollInterval = TimeSpan.FromSeconds(20) });
        consumer.Subscribe(["t"], new Listener(lost: lost.AddRange));
        await world.ReadAsync(consumer, 1, patience: 1000);

        await world.Pass(25_000);
        Assert.Empty(world.Broker.Answers.Group("g").Members);

        await world.ReadAsync(consumer, 1, patience: 1000);
        Assert.Equal([Partition("t")], lost);
        Assert.Single(world.Broker.Answers.Group("g").Members);
    });

    [Fact]
    public void Partitions_that_are_added_to_a_topic_are_shared_out() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var one = new RunningMember(world, new RangeAssignor());
        await one.HoldsAsync(1);

        world.Broker.Topics["t"] = [.. world.Broker.Topics["t"], new ScriptedPartition(), new ScriptedPartition()];

        await one.HoldsAsync(3);
    });

    [Fact]
    public void A_coordinator_that_is_not_ready_is_asked_again() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        world.Broker.Once<FindCoordinatorRequest>(request => new FindCoordinatorResponse { Coordinators = [new() { Key = request.CoordinatorKeys[0], ErrorCode = ErrorCode.CoordinatorNotAvailable }] });
        world.Broker.Once<JoinGroupRequest>(_ => new JoinGroupResponse { ErrorCode = ErrorCode.CoordinatorLoadInProgress });
        world.Broker.Once<JoinGroupRequest>(_ => new JoinGroupResponse { ErrorCode = ErrorCode.NotCoordinator });
        world.Broker.LoseAnswer<SyncGroupRequest>();
        await using var one = new RunningMember(world, new RangeAssignor());

        await one.HoldsAsync(1);
    });

    [Fact]
    public void A_group_that_refuses_for_good_says_so_in_the_poll() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        world.Broker.Always<JoinGroupRequest>(_ => new JoinGroupResponse { ErrorCode = ErrorCode.GroupAuthorizationFailed });
        await using var consumer = world.Consumer(options => options with { GroupId = "g" });
        consumer.Subscribe(["t"]);

        var failure = await Assert.ThrowsAsync<FlowLogException>(() => world.ReadAsync(consumer, 1));

        Assert.Equal(ErrorCode.GroupAuthorizationFailed, failure.Code);
    });

    [Fact]
    public void A_pattern_follows_topics_that_come_later() => Run(async world =>
    {
        world.Broker.Create("logs-a", 1)[0].Add("a");
        world.Broker.Create("other", 1)[0].Add("x");
        await using var consumer = world.Consumer(options => options with { GroupId = "g", MetadataMaxAge = TimeSpan.FromSeconds(2) });
        consumer.Subscribe(new System.Text.RegularExpressions.Regex("logs-.*"));
        Assert.Equal(["a"], await world.ReadAsync(consumer, 2, patience: 3000));

        world.Broker.Create("logs-b", 1)[0].Add("b");

        Assert.Equal(["b"], await world.ReadAsync(consumer, 1, patience: 10_000));
        Assert.Equal(["logs-a", "logs-b"], consumer.Subscription);
    });

    // The pattern is tried on the loop that keeps the cluster's metadata fresh, which must outlive it.
    [Fact]
    public void A_pattern_that_takes_too_long_does_not_end_what_comes_after_it() => Run(async world =>
    {
        world.Broker.Create(new string('a', 200), 1);
        world.Broker.Create("t", 1)[0].Add("x");
        await using var consumer = world.Consumer(options => options with { GroupId = "g" });
        consumer.Subscribe(new System.Text.RegularExpressions.Regex("(a+)+b", default, TimeSpan.FromMilliseconds(1)));
        await Assert.ThrowsAsync<System.Text.RegularExpressions.RegexMatchTimeoutException>(() => world.ReadAsync(consumer, 1, patience: 10_000));

        consumer.Subscribe(["t"]);

        Assert.Equal(["x"], await world.ReadAsync(consumer, 1, patience: 10_000));
    });

    /// <summary>A consumer of group "g" that polls all the time.</summary>
    private sealed class RunningMember : IAsyncDisposable
    {
        private readonly ClientWorld _world;
        private readonly IConsumer _consumer;
        private readonly Task _polling;
        private bool _ends;

        public RunningMember(ClientWorld world, IPartitionAssignor assignor)
        {
            _world = world;
            _consumer = world.Consumer(options => options with { GroupId = "g", Assignors = [assignor], HeartbeatInterval = TimeSpan.FromMilliseconds(300), MetadataMaxAge = TimeSpan.FromSeconds(5) });
            _consumer.Subscribe(["t"], new Listener(Revoked.AddRange, Lost.AddRange));
            _polling = PollAsync();
        }

        public RunningMember? NeverWith { get; init; }

        public List<TopicPartition> Revoked { get; } = [];

        public List<TopicPartition> Lost { get; } = [];

        public List<string> Values { get; } = [];

        public IReadOnlyCollection<TopicPartition> Held => _consumer.Assignment;

        public async Task HoldsAsync(int count)
        {
            for (var waited = 0; Held.Count != count; waited++)
            {
                if (_polling.IsCompleted)
                    await _polling;
                Assert.True(waited < 3000, $"{Held.Count} partitions are held, not {count}");
                await _world.Pass(10);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _ends = true;
            await _polling;
            await _consumer.DisposeAsync();
        }

        private async Task PollAsync()
        {
            while (!_ends)
            {
                Values.AddRange(await _world.ReadAsync(_consumer, int.MaxValue, patience: 50));
                if (NeverWith is { } other)
                    Assert.Empty(Held.Intersect(other.Held));
            }
        }
    }

    private sealed class Listener(Action<IEnumerable<TopicPartition>>? revoked = null, Action<IEnumerable<TopicPartition>>? lost = null) : IRebalanceListener
    {
        public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation) => default;

        public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
        {
            revoked?.Invoke(partitions);
            return default;
        }

        public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
        {
            lost?.Invoke(partitions);
            return default;
        }
    }
}
