using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Classic;

public sealed class StaticMemberTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_static_member_that_comes_back_gets_a_new_id_and_keeps_its_share()
    {
        var first = Stable();
        var back = _bench.Join(instance: "i").Now;

        Assert.Equal((ErrorCode.None, 1, true), (back.ErrorCode, back.GenerationId, back.SkipAssignment));
        Assert.NotEqual(first.MemberId, back.MemberId);
        Assert.Equal((back.MemberId, back.MemberId), (back.Leader, back.Members.Single().MemberId));
        Assert.Equal("all", Text(_bench.Sync(back.MemberId, 1, "i").Now.Assignment));
    }

    [Fact]
    public void A_leader_that_cannot_skip_the_assignment_is_told_that_its_old_self_leads()
    {
        var first = Stable();
        var back = _bench.Join(instance: "i", version: 8).Now;

        Assert.Equal((first.MemberId, false, 0), (back.Leader, back.SkipAssignment, back.Members.Count));
    }

    [Fact]
    public void The_old_id_is_fenced_in_everything_it_does()
    {
        var first = Stable();
        _bench.Join(instance: "i");

        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Heartbeat(first.MemberId, 1, "i"));
        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Sync(first.MemberId, 1, "i").Now.ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Commit(1, first.MemberId, 1, "i"));
        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Join(first.MemberId, "i").Now.ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Leave((first.MemberId, "i")).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(first.MemberId, 1));
        Assert.Equal(-1, _bench.Fetch());
    }

    [Fact]
    public void An_unknown_instance_is_unknown()
    {
        var first = Stable();
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(first.MemberId, 1, "other"));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Leave(("", "other")).Members[0].ErrorCode);
    }

    [Fact]
    public void An_administrator_takes_a_member_out_by_its_instance()
    {
        var first = Stable();
        Assert.Equal(ErrorCode.None, _bench.Leave(("", "i")).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(first.MemberId, 1, "i"));
    }

    [Fact]
    public void Coming_back_with_a_protocol_that_changes_the_choice_calls_for_a_rebalance()
    {
        Stable();
        Assert.Equal(2, _bench.Join(instance: "i", protocols: "sticky,range").Now.GenerationId);
    }

    [Fact]
    public void Coming_back_with_a_protocol_twice_takes_the_place_and_has_no_place()
    {
        var first = Stable();
        var refused = _bench.Join(instance: "i", protocols: "range,range").Now;
        Assert.Equal((ErrorCode.UnknownServerError, ""), (refused.ErrorCode, refused.MemberId));
        Assert.Equal(("Stable", ErrorCode.FencedInstanceId), (_bench.State(), _bench.Heartbeat(first.MemberId, 1, "i")));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join(instance: "i").Now.ErrorCode);
    }

    [Fact]
    public void Coming_back_while_the_assignment_is_awaited_calls_for_a_rebalance_and_fences_whoever_waits()
    {
        _bench.Join(instance: "i");
        var other = _bench.Join(instance: "j");
        var leader = _bench.Describe().Members[0].MemberId;
        _bench.Join(leader, "i");
        var waiting = _bench.Sync(other.Now.MemberId, 2, "j");

        var back = _bench.Join(instance: "j");

        Assert.Equal(ErrorCode.FencedInstanceId, waiting.Now.ErrorCode);
        Assert.False(back.HasCome);
        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Heartbeat(leader, 2, "i"));
    }

    [Fact]
    public void A_join_that_waits_is_fenced_by_the_next_of_the_same_instance()
    {
        var bench = new GroupBench(new GroupSettings { InitialRebalanceDelayMs = 3_000 });
        var first = bench.Join(instance: "i");
        var second = bench.Join(instance: "i");

        Assert.Equal(ErrorCode.FencedInstanceId, first.Now.ErrorCode);
        bench.Advance(6_001);
        Assert.Equal(1, second.Now.GenerationId);
    }

    [Fact]
    public void A_rebalance_does_not_put_a_static_member_out_before_its_session_ends()
    {
        var first = Stable(session: 30_000);
        var second = _bench.Join(instance: "j", rebalance: 5_000);
        _bench.Advance(5_001);

        Assert.Equal(2, second.Now.Members.Count);
        Assert.Equal(second.Now.MemberId, second.Now.Leader);
        Assert.Equal(ErrorCode.IllegalGeneration, _bench.Heartbeat(first.MemberId, 1, "i"));
    }

    [Fact]
    public void A_member_that_allows_no_time_is_waited_for_without_hurry()
    {
        var joined = _bench.Join(instance: "i", rebalance: 0).Now;
        _bench.Sync(joined.MemberId, 1, "i", (joined.MemberId, "all"));
        _bench.Leave((_bench.Join().Now.MemberId, null));
        _bench.Advance(50);
        Assert.Equal("PreparingRebalance", _bench.State());
        Assert.Equal(2, _bench.Join(joined.MemberId, "i", rebalance: 0).Now.GenerationId);
    }

    [Fact]
    public void The_new_id_outlives_the_coordinator()
    {
        Stable();
        var back = _bench.Join(instance: "i").Now;
        _bench.Fail();

        Assert.Equal(ErrorCode.None, _bench.Heartbeat(back.MemberId, 1, "i"));
    }

    private JoinGroupResponse Stable(int session = 10_000)
    {
        var joined = _bench.Join(instance: "i", session: session).Now;
        _bench.Sync(joined.MemberId, 1, "i", (joined.MemberId, "all"));
        return joined;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);
}
