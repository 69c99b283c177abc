using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups;

public sealed class GroupAdministrationTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void Lists_are_filtered_by_state_and_type_in_any_letter_case()
    {
        _bench.StableMember();
        _bench.Commit(1, group: "e");

        Assert.Equal(["e Empty classic", "g Stable classic"], _bench.List());
        Assert.Equal(["g Stable classic"], _bench.List(states: ["sTable"]));
        Assert.Equal(["e Empty classic"], _bench.List(states: ["Empty"], types: ["Classic"]));
        Assert.Empty(_bench.List(types: ["consumer"]));
        Assert.Empty(_bench.List(states: ["nonsense"]));
    }

    [Fact]
    public void A_group_that_does_not_exist_is_dead_and_from_version_6_on_not_found()
    {
        Assert.Equal(("Dead", ErrorCode.None), (_bench.Describe(version: 5).GroupState, _bench.Describe(version: 5).ErrorCode));
        Assert.Equal(("Dead", ErrorCode.GroupIdNotFound), (_bench.Describe().GroupState, _bench.Describe().ErrorCode));
    }

    [Fact]
    public void What_members_told_their_leader_is_described_only_while_it_is_in_force()
    {
        var joined = _bench.JoinTwice().Now;
        var completing = _bench.Describe();
        Assert.Equal(("CompletingRebalance", "", 0), (completing.GroupState, completing.ProtocolData, completing.Members[0].MemberMetadata.Length));

        _bench.Sync(joined.MemberId, 1, null, (joined.MemberId, "all"));
        var stable = _bench.Describe();
        Assert.Equal(("Stable", "range"), (stable.GroupState, stable.ProtocolData));
        Assert.Equal(GroupBench.Subscription("t"), stable.Members[0].MemberMetadata.ToArray());
        Assert.Equal("/127.0.0.1", stable.Members[0].ClientHost);
    }

    [Fact]
    public void A_group_that_is_coordinated_elsewhere_is_not_described_here()
    {
        _bench.Coordinator.Shards.Resigned(0);
        Assert.Equal(ErrorCode.NotCoordinator, _bench.Describe().ErrorCode);
        Assert.Empty(_bench.List());
    }
}
