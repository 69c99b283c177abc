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
    [InlineData("connect", "range")]
    [InlineData("consumer", "other")]
    public void A_member_must_speak_what_the_others_speak(string type, string protocols)
    {
        _bench.StableMember();
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Join(type: type, protocols: protocols).Now.ErrorCode);
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
