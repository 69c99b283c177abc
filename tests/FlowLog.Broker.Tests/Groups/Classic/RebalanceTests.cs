using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Classic;

public sealed class RebalanceTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_second_member_calls_the_first_to_join_again_and_both_get_their_share()
    {
        var first = _bench.StableMember();
        var second = _bench.JoinTwice();
        Assert.False(second.HasCome);
        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Heartbeat(first.MemberId, 1));

        var again = _bench.Join(first.MemberId).Now;
        Assert.Equal((2, first.MemberId, 2), (again.GenerationId, again.Leader, again.Members.Count));
        Assert.Equal((2, first.MemberId, 0), (second.Now.GenerationId, second.Now.Leader, second.Now.Members.Count));
        Assert.Equal(ErrorCode.None, _bench.Heartbeat(first.MemberId, 2));

        var follower = _bench.Sync(second.Now.MemberId, 2);
        Assert.False(follower.HasCome);
        var leader = _bench.Sync(first.MemberId, 2, null, (first.MemberId, "one"), (second.Now.MemberId, "two"));
        Assert.Equal("one", Text(leader.Now.Assignment));
        Assert.Equal("two", Text(follower.Now.Assignment));
        Assert.Equal("Stable", _bench.State());
    }

    [Fact]
    public void The_first_members_of_a_group_wait_for_more_and_each_draws_the_wait_out()
    {
        var bench = new GroupBench(new GroupSettings { InitialRebalanceDelayMs = 3_000 });
        var first = bench.JoinTwice(rebalance: 7_000);
        bench.Advance(2_000);
        var second = bench.JoinTwice(rebalance: 7_000);
        bench.Advance(1_001);
        Assert.False(first.HasCome);

        var third = bench.JoinTwice(rebalance: 7_000);
        bench.Advance(2_999);
        Assert.False(first.HasCome);

        bench.Advance(1_001);
        Assert.Equal([1, 1, 1], [first.Now.GenerationId, second.Now.GenerationId, third.Now.GenerationId]);
    }

    [Fact]
    public void Whoever_does_not_join_again_within_the_rebalance_timeout_is_out()
    {
        var first = _bench.StableMember(session: 60_000);
        var second = _bench.JoinTwice(rebalance: 4_000);

        _bench.Advance(4_999);
        Assert.False(second.HasCome);
        _bench.Advance(2);

        Assert.Equal(second.Now.MemberId, second.Now.Leader);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(first.MemberId, 1));
    }

    [Fact]
    public void A_leader_that_joins_again_calls_for_a_rebalance_and_a_follower_that_says_the_same_does_not()
    {
        var (leader, follower) = StablePair();

        Assert.Equal(2, _bench.Join(follower).Now.GenerationId);
        Assert.Equal("Stable", _bench.State());

        Assert.False(_bench.Join(leader).HasCome);
        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Heartbeat(follower, 2));
    }

    [Fact]
    public void A_follower_that_says_something_new_calls_for_a_rebalance()
    {
        var (leader, follower) = StablePair();

        var joining = _bench.Join(follower, topics: "t,u");
        Assert.False(joining.HasCome);
        _bench.Join(leader);

        Assert.Equal(3, joining.Now.GenerationId);
    }

    [Fact]
    public void While_the_assignment_is_awaited_a_join_with_nothing_new_gets_the_same_answer()
    {
        var first = _bench.JoinTwice().Now;
        var again = _bench.Join(first.MemberId).Now;

        Assert.Equal((1, 1), (again.GenerationId, again.Members.Count));
        Assert.Equal(2, _bench.Join(first.MemberId, topics: "u").Now.GenerationId);
    }

    [Fact]
    public void A_rebalance_during_the_sync_sends_those_who_wait_back_to_join()
    {
        var first = _bench.StableMember();
        var second = _bench.JoinTwice();
        _bench.Join(first.MemberId);
        var waiting = _bench.Sync(second.Now.MemberId, 2);

        _bench.Join(first.MemberId, topics: "u");

        Assert.Equal(ErrorCode.RebalanceInProgress, waiting.Now.ErrorCode);
    }

    [Fact]
    public void Members_that_never_ask_for_their_assignment_are_out_after_the_rebalance_timeout()
    {
        var first = _bench.StableMember(session: 60_000);
        var second = _bench.JoinTwice(session: 60_000).After(() => _bench.Join(first.MemberId, session: 60_000));
        _bench.Sync(second.MemberId, 2);

        _bench.Advance(5_001);

        Assert.Equal("PreparingRebalance", _bench.State());
        Assert.Equal([second.MemberId], _bench.Describe().Members.Select(member => member.MemberId));
    }

    [Fact]
    public void A_member_that_falls_silent_is_out_and_the_others_rebalance()
    {
        var (leader, follower) = StablePair();
        _bench.Advance(9_000);
        Assert.Equal(ErrorCode.None, _bench.Heartbeat(leader, 2));
        _bench.Advance(1_001);

        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Heartbeat(leader, 2));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(follower, 2));
    }

    [Fact]
    public void Whoever_waits_for_an_answer_does_not_expire()
    {
        var first = _bench.StableMember(session: 60_000);
        var second = _bench.JoinTwice(rebalance: 30_000, session: 6_000);

        _bench.Advance(20_000);
        _bench.Heartbeat(first.MemberId, 1);
        _bench.Join(first.MemberId, session: 60_000);

        Assert.Equal(ErrorCode.None, second.Now.ErrorCode);
    }

    [Fact]
    public void The_last_member_that_leaves_empties_the_group_and_begins_a_generation()
    {
        var member = _bench.StableMember();
        _bench.Leave((member.MemberId, null));

        Assert.Equal("Empty", _bench.State());
        Assert.Equal("consumer", _bench.Describe().ProtocolType);
        Assert.Equal(3, _bench.JoinTwice().Now.GenerationId);
    }

    [Fact]
    public void When_the_leader_leaves_the_longest_of_the_others_leads()
    {
        var (leader, follower) = StablePair();
        _bench.Leave((leader, null));

        Assert.Equal(follower, _bench.Join(follower).Now.Leader);
    }

    [Fact]
    public void Members_outlive_their_coordinator()
    {
        var (leader, follower) = StablePair();
        _bench.Fail();

        Assert.Equal(ErrorCode.None, _bench.Heartbeat(leader, 2));
        Assert.Equal("two", Text(_bench.Sync(follower, 2).Now.Assignment));
        _bench.Advance(9_000);
        _bench.Heartbeat(leader, 2);
        _bench.Advance(1_001);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(follower, 2));
    }

    [Fact]
    public void No_assignment_is_handed_out_before_it_is_written()
    {
        var joined = _bench.JoinTwice().Now;
        _bench.Log.CommitsAtOnce = false;

        var sync = _bench.Sync(joined.MemberId, 1, null, (joined.MemberId, "all"));
        Assert.False(sync.HasCome);
        _bench.Log.Commit();

        Assert.Equal("all", Text(sync.Now.Assignment));
    }

    [Fact]
    public void An_assignment_that_cannot_be_written_is_refused_and_may_be_brought_again()
    {
        var joined = _bench.JoinTwice().Now;
        _bench.Log.Refusal = ErrorCode.NotEnoughReplicas;
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, _bench.Sync(joined.MemberId, 1, null, (joined.MemberId, "all")).Now.ErrorCode);

        _bench.Log.Refusal = ErrorCode.None;
        Assert.Equal(ErrorCode.None, _bench.Sync(joined.MemberId, 1, null, (joined.MemberId, "all")).Now.ErrorCode);
    }

    private (string Leader, string Follower) StablePair()
    {
        var first = _bench.StableMember();
        var second = _bench.JoinTwice().After(() => _bench.Join(first.MemberId));
        _bench.Sync(second.MemberId, 2);
        _bench.Sync(first.MemberId, 2, null, (first.MemberId, "one"), (second.MemberId, "two"));
        Assert.Equal("Stable", _bench.State());
        return (first.MemberId, second.MemberId);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);
}
