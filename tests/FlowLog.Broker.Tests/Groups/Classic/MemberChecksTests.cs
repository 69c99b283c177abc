using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Classic;

public sealed class MemberChecksTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void A_heartbeat_of_another_generation_or_member_is_refused()
    {
        var member = _bench.StableMember();

        Assert.Equal(ErrorCode.IllegalGeneration, _bench.Heartbeat(member.MemberId, 2));
        Assert.Equal(ErrorCode.IllegalGeneration, _bench.Heartbeat(member.MemberId, -1));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat("nobody", 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat("", 1));
        Assert.Equal(ErrorCode.None, _bench.Heartbeat(member.MemberId, 1));
    }

    [Fact]
    public void Nobody_is_known_in_a_group_that_does_not_exist()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Heartbeat("m", 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Sync("m", 1).Now.ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Leave(("m", null)).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.None, _bench.Leave(("m", null)).ErrorCode);
    }

    [Fact]
    public void Leaving_is_answered_for_each_member()
    {
        var member = _bench.StableMember();

        var left = _bench.Leave(("a", null), ("b", "i"), (member.MemberId, null), (member.MemberId, null), ("", null));

        Assert.Equal(
            [ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId, ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId],
            left.Members.Select(answer => answer.ErrorCode));
    }

    [Fact]
    public void Only_the_generation_that_runs_may_commit()
    {
        var joined = _bench.JoinTwice().Now;
        Assert.Equal(ErrorCode.RebalanceInProgress, _bench.Commit(1, joined.MemberId, 1));

        _bench.Sync(joined.MemberId, 1, null, (joined.MemberId, "all"));
        Assert.Equal(ErrorCode.IllegalGeneration, _bench.Commit(1, joined.MemberId, 2));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Commit(1, "nobody", 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Commit(1));
        Assert.Equal(-1, _bench.Fetch());

        Assert.Equal(ErrorCode.None, _bench.Commit(7, joined.MemberId, 1));
        Assert.Equal(7, _bench.Fetch());
    }

    [Fact]
    public void A_commit_keeps_a_member_alive_and_one_that_prepares_to_join_may_still_commit()
    {
        var member = _bench.StableMember();
        _bench.Advance(9_000);
        Assert.Equal(ErrorCode.None, _bench.Commit(1, member.MemberId, 1));
        _bench.Advance(9_000);
        Assert.Equal(ErrorCode.None, _bench.Heartbeat(member.MemberId, 1));

        _bench.JoinTwice();
        Assert.Equal(ErrorCode.None, _bench.Commit(2, member.MemberId, 1));
    }
}
