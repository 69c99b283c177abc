using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Classic;

public sealed class JoiningTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_dynamic_member_is_first_given_an_id_and_taken_when_it_comes_again()
    {
        var first = _bench.Join().Now;
        Assert.Equal(ErrorCode.MemberIdRequired, first.ErrorCode);
        Assert.StartsWith("client-", first.MemberId);
        Assert.Equal(-1, first.GenerationId);

        var second = _bench.Join(first.MemberId).Now;
        Assert.Equal((ErrorCode.None, 1, "range"), (second.ErrorCode, second.GenerationId, second.ProtocolName));
        Assert.Equal(second.MemberId, second.Leader);
        Assert.Equal([first.MemberId], second.Members.Select(member => member.MemberId));
    }

    [Fact]
    public void Before_version_4_a_member_is_taken_at_once() =>
        Assert.Equal(1, _bench.Join(version: 3).Now.GenerationId);

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    [InlineData(-1)]
    public void A_session_outside_of_the_bounds_is_refused(int session) =>
        Assert.Equal(ErrorCode.InvalidSessionTimeout, _bench.Join(session: session).Now.ErrorCode);

    [Fact]
    public void Nobody_may_be_a_member_of_the_group_without_a_name() =>
        Assert.Equal(ErrorCode.InvalidGroupId, _bench.Join(group: "").Now.ErrorCode);

    [Fact]
    public void An_id_that_was_never_given_out_is_unknown()
    {
        var unknown = _bench.Join("nobody").Now;
        Assert.Equal((ErrorCode.UnknownMemberId, "nobody"), (unknown.ErrorCode, unknown.MemberId));

        _bench.StableMember();
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Join("nobody").Now.ErrorCode);
    }

    [Theory]
    [InlineData("", "range")]
    [InlineData("consumer", "")]
    public void A_member_must_say_what_it_speaks(string type, string protocols) =>
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join(type: type, protocols: protocols).Now.ErrorCode);

    [Theory]
    [InlineData("consumer", "")]
    [InlineData("", "range")]
    [InlineData("consumer", "range")]
    public void A_group_begins_with_the_first_that_is_heard_of_it_even_if_that_is_refused(string type, string protocols)
    {
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Join("nobody", type: "").Now.ErrorCode);
        Assert.NotEqual(ErrorCode.None, _bench.Join(type: type, protocols: protocols).Now.ErrorCode);
        _bench.Fail();

        var group = _bench.Describe();
        Assert.Equal((ErrorCode.None, "Empty", ""), (group.ErrorCode, group.GroupState, group.ProtocolType));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join("nobody", type: "").Now.ErrorCode);
    }

    [Theory]
    [InlineData("connect", "range")]
    [InlineData("consumer", "other")]
    public void A_member_must_speak_what_the_others_speak(string type, string protocols)
    {
        _bench.StableMember();
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join(type: type, protocols: protocols).Now.ErrorCode);
    }

    [Fact]
    public void A_protocol_that_a_member_lists_twice_is_agreed_on_by_nobody()
    {
        Assert.Equal("sticky", _bench.JoinTwice("range,sticky,range").Now.ProtocolName);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join(protocols: "range").Now.ErrorCode);
    }

    [Theory]
    [InlineData("range,range", null)]
    [InlineData("range", "00007fffffff")]
    [InlineData("range", "0000ffffffff")]
    [InlineData("range", "0000000000010005")]
    [InlineData("range", "00000000000000000005")]
    public void What_no_generation_can_begin_with_is_answered_and_holds_up_nobody_for_ever(string protocols, string? metadata)
    {
        var member = _bench.StableMember();
        var refused = _bench.Join(member.MemberId, protocols: protocols, metadata: metadata is null ? null : Convert.FromHexString(metadata)).Now;
        Assert.Equal((ErrorCode.UnknownServerError, "", -1), (refused.ErrorCode, refused.MemberId, refused.GenerationId));
        Assert.Equal("PreparingRebalance", _bench.State());
        Assert.Equal(ErrorCode.IllegalGeneration, _bench.Heartbeat(member.MemberId, member.GenerationId));

        _bench.Advance(5_001);
        Assert.Equal("Empty", _bench.State());
        Assert.Equal(ErrorCode.None, _bench.JoinTwice().Now.ErrorCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000")]
    [InlineData("ffff00000000ffffffff")]
    [InlineData("006300000000ffffffffaabb")]
    public void Bytes_that_end_too_early_and_those_of_other_versions_stay_closed(string metadata) =>
        Assert.Equal(1, _bench.Join(version: 3, metadata: Convert.FromHexString(metadata)).Now.GenerationId);

    [Fact]
    public void An_id_that_is_given_back_calls_the_members_to_join_again_as_one_that_leaves_does()
    {
        var member = _bench.StableMember();
        var given = _bench.Join().Now;
        Assert.Equal(ErrorCode.None, _bench.Leave((given.MemberId, null)).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Heartbeat(member.MemberId, member.GenerationId));
        Assert.Equal(2, _bench.Join(member.MemberId).Now.GenerationId);
    }

    [Fact]
    public void When_the_last_member_leaves_nobody_is_waited_for()
    {
        var member = _bench.StableMember();
        var given = _bench.Join().Now;
        _bench.Leave((member.MemberId, null));
        Assert.Equal(("Empty", ErrorCode.None), (_bench.State(), _bench.Commit(1)));
        Assert.Equal(ErrorCode.None, _bench.Join(given.MemberId).Now.ErrorCode);
    }

    [Fact]
    public void An_id_that_was_given_to_a_dynamic_member_is_none_for_a_static_one()
    {
        var given = _bench.Join().Now;
        var refused = _bench.Join(given.MemberId, instance: "i").Now;
        Assert.Equal((ErrorCode.UnknownServerError, ""), (refused.ErrorCode, refused.MemberId));
        Assert.Equal(ErrorCode.None, _bench.Join(given.MemberId).Now.ErrorCode);
    }

    [Fact]
    public void An_empty_group_may_change_its_protocol_type()
    {
        var member = _bench.StableMember();
        _bench.Leave((member.MemberId, null));

        Assert.Equal("connect", _bench.Join(type: "connect", protocols: "eager", version: 3).Now.ProtocolType);
    }

    [Fact]
    public void The_protocol_that_most_members_prefer_of_those_that_all_know_is_chosen()
    {
        var bench = new GroupBench(new GroupSettings { InitialRebalanceDelayMs = 100 });
        var first = bench.JoinTwice(protocols: "a,b,c");
        var second = bench.JoinTwice(protocols: "b,a");
        var third = bench.JoinTwice(protocols: "b,x,a");

        bench.Advance(1_000);

        Assert.Equal(("b", "b", "b"), (first.Now.ProtocolName, second.Now.ProtocolName, third.Now.ProtocolName));
    }

    [Theory]
    [InlineData("range,roundrobin", "roundrobin,range", "range")]
    [InlineData("roundrobin,range", "range,roundrobin", "range")]
    [InlineData("range,sticky", "sticky,range", "sticky")]
    [InlineData("cooperative-sticky,roundrobin", "roundrobin,cooperative-sticky", "roundrobin")]
    public void Of_protocols_with_as_many_votes_the_one_is_chosen_that_comes_first_in_Kafkas_tables(string one, string other, string chosen)
    {
        var bench = new GroupBench(new GroupSettings { InitialRebalanceDelayMs = 100 });
        var first = bench.JoinTwice(protocols: one);
        bench.JoinTwice(protocols: other);
        bench.Advance(1_000);
        Assert.Equal(chosen, first.Now.ProtocolName);
    }

    [Fact]
    public void A_full_group_takes_nobody()
    {
        var bench = new GroupBench(new GroupSettings { InitialRebalanceDelayMs = 0, MaxSize = 1 });
        bench.StableMember();

        Assert.Equal(ErrorCode.GroupMaxSizeReached, bench.Join().Now.ErrorCode);
    }

    [Fact]
    public void A_member_that_joins_twice_while_it_waits_is_answered_twice()
    {
        var member = _bench.StableMember();
        var other = _bench.JoinTwice();
        Assert.False(other.HasCome);

        var otherId = _bench.Describe().Members.Single(described => described.MemberId != member.MemberId).MemberId;
        var again = _bench.Join(otherId);

        Assert.Equal(ErrorCode.RebalanceInProgress, other.Now.ErrorCode);
        _bench.Join(member.MemberId);
        Assert.Equal(2, again.Now.GenerationId);
    }

    [Fact]
    public void An_id_that_nobody_uses_lapses_with_the_session_that_was_asked_for()
    {
        var given = _bench.Join().Now;
        _bench.Advance(10_001);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Join(given.MemberId).Now.ErrorCode);
    }

    [Fact]
    public void An_id_that_was_given_out_can_be_given_back()
    {
        var given = _bench.Join().Now;
        Assert.Equal("Empty", _bench.State());
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat(given.MemberId, 0));

        Assert.Equal(ErrorCode.None, _bench.Leave((given.MemberId, null)).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Join(given.MemberId).Now.ErrorCode);
    }
}
