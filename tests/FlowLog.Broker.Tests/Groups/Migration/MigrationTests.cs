using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Migration;

/// <summary>Groups that go over from one protocol to the other while members are in them.</summary>
public sealed class MigrationTests
{
    private readonly ConsumerBench _bench = new();
    private readonly Guid _topic;

    public MigrationTests() => _topic = _bench.Topic("t", 2);

    private GroupBench Node => _bench.Node;

    [Fact]
    public void A_consumer_that_joins_a_classic_group_takes_it_over_and_gets_its_share_once_that_is_given_up()
    {
        var (old, generation) = ClassicMember();
        Assert.Equal(generation + 1, _bench.Beat("new", 0, "t").Now.MemberEpoch);
        Assert.Equal(["g Reconciling consumer"], Node.List());
        Assert.Equal(ErrorCode.RebalanceInProgress, Node.Heartbeat(old, generation));

        // It still has both, and is told of one: it gives the other up, and says so.
        Assert.Equal("t0", Join(old, "t01", out var second));
        Assert.Equal(generation, second);
        Assert.Equal(ErrorCode.RebalanceInProgress, Node.Heartbeat(old, second));
        Assert.Null(_bench.Beat("new", generation + 1).Now.Assignment);
        Assert.Equal("t0", Join(old, "t0", out var third));
        Assert.Equal(generation + 1, third);
        Assert.Equal(ErrorCode.None, Node.Heartbeat(old, third));
        Assert.Equal([new TopicIdPartition(_topic, 1)], ConsumerBench.Assigned(_bench.Beat("new", third, owned: []).Now)!);
        Assert.Equal(["g Stable consumer"], Node.List());
    }

    [Fact]
    public void When_the_last_consumer_leaves_those_who_stay_lead_themselves_again()
    {
        var (old, _) = ClassicMember();
        var epoch = _bench.Beat("new", 0, "t").Now.MemberEpoch;
        Join(old, "", out var generation);
        Assert.Equal(epoch, generation);
        _bench.Beat("new", -1);
        Assert.Equal(["g PreparingRebalance classic"], Node.List());
        Assert.Equal(ErrorCode.RebalanceInProgress, Node.Heartbeat(old, generation));
        var joined = Node.Join(old).Now;
        Assert.Equal((generation + 1, old), (joined.GenerationId, joined.Leader));
        Assert.Equal("t01", Assign(old, joined.GenerationId, "t01"));
        Assert.Equal("Stable", Node.State());
    }

    [Fact]
    public void Who_waits_for_a_classic_rebalance_is_told_to_join_again()
    {
        var (_, _) = ClassicMember();
        var waiting = Node.JoinTwice();
        Assert.False(waiting.HasCome);
        _bench.Beat("new", 0, "t");
        Assert.Equal(ErrorCode.RebalanceInProgress, waiting.Now.ErrorCode);
        Join(waiting.Now.MemberId, "", out _);
        Assert.Equal(3, _bench.Describe().Members.Count);
    }

    [Fact]
    public void A_static_member_changes_its_protocol_and_nobody_else_notices()
    {
        var joined = Node.Join(instance: "i").Now;
        Assert.Equal("t01", Assign(joined.MemberId, joined.GenerationId, "t01", "i"));
        var back = _bench.Beat("new", 0, "t", instance: "i").Now;
        Assert.Equal((joined.GenerationId, 2), (back.MemberEpoch, ConsumerBench.Assigned(back)!.Count));
        Assert.Equal(ErrorCode.FencedInstanceId, Node.Heartbeat(joined.MemberId, joined.GenerationId, "i"));
        var again = Node.Join(instance: "i", owned: "t01").Now;
        Assert.Equal((ErrorCode.None, joined.GenerationId), (again.ErrorCode, again.GenerationId));
        Assert.Equal(["g Stable classic"], Node.List());
        Assert.Equal("t01", GroupBench.Read(Node.Sync(again.MemberId, again.GenerationId, "i").Now.Assignment));
    }

    [Fact]
    public void A_classic_member_is_out_if_it_does_not_join_or_ask_or_is_silent()
    {
        var (late, generation) = ClassicMember();
        _bench.Beat("new", 0, "t");
        Assert.Equal(ErrorCode.RebalanceInProgress, Node.Heartbeat(late, generation));
        BeatFor(4_900, () => Node.Heartbeat(late, generation));
        Assert.Equal(2, _bench.Describe().Members.Count);
        Node.Advance(200);
        Assert.Single(_bench.Describe().Members);

        var asks = Node.JoinTwice().Now;
        Node.Advance(5_100);
        Assert.Equal(ErrorCode.UnknownMemberId, Node.Sync(asks.MemberId, asks.GenerationId).Now.ErrorCode);

        Join(Node.Join().Now.MemberId, "", out _);
        Assert.Equal(2, _bench.Describe().Members.Count);
        Node.Advance(10_100);
        Assert.Single(_bench.Describe().Members);
    }

    [Fact]
    public void A_mixed_group_survives_its_coordinator()
    {
        var (old, _) = ClassicMember();
        _bench.Beat("new", 0, "t");
        Join(old, "t0", out var generation);
        var before = _bench.Describe();
        Node.Fail();
        Assert.Equal(before.ToString(), _bench.Describe().ToString());
        Assert.Equal([0, 1], _bench.Describe().Members.Select(member => (int)member.MemberType).Order());
        Assert.Equal(ErrorCode.None, Node.Heartbeat(old, generation));
        _bench.Beat("new", -1);
        Node.Fail();
        Assert.Equal(["g Stable classic"], Node.List());
        Assert.Equal(generation + 1, Node.Join(old).Now.GenerationId);
    }

    [Fact]
    public void Each_member_commits_and_fetches_in_its_own_words()
    {
        var (old, generation) = ClassicMember();
        var epoch = _bench.Beat("new", 0, "t").Now.MemberEpoch;
        Assert.Equal(ErrorCode.None, Node.Commit(1, old, generation, version: 7));
        Assert.Equal(ErrorCode.IllegalGeneration, Node.Commit(1, old, generation + 9));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Node.Commit(1, "new", epoch + 9));
        Assert.Equal(ErrorCode.UnsupportedVersion, Node.Commit(1, "new", epoch, version: 8));
        Assert.Equal(ErrorCode.UnknownMemberId, Node.Commit(1));
    }

    [Theory]
    [InlineData("Disabled", false, false, false)]
    [InlineData("Upgrade", true, true, false)]
    [InlineData("Downgrade", false, true, true)]
    [InlineData("Bidirectional", true, true, true)]
    public void The_policy_says_which_way_is_open(string policy, bool upgrades, bool mixes, bool downgrades)
    {
        var settings = new GroupSettings { InitialRebalanceDelayMs = 0, Consumers = new ConsumerSettings { Migration = Enum.Parse<MigrationPolicy>(policy) } };
        var bench = new ConsumerBench { Node = new GroupBench(settings) };
        bench.Topic("t", 2);
        var classic = bench.Node.JoinTwice().Now;
        bench.Node.SyncBytes(classic.MemberId, classic.GenerationId, null, (classic.MemberId, GroupBench.Assignment("t01")));
        Assert.Equal(upgrades ? ErrorCode.None : ErrorCode.GroupIdNotFound, bench.Beat("new", 0, "t").Now.ErrorCode);
        bench.Node.Leave((classic.MemberId, null));
        Assert.Equal(ErrorCode.None, bench.Beat("new", 0, "t").Now.ErrorCode);
        var first = bench.Node.Join().Now;
        Assert.Equal(mixes ? ErrorCode.MemberIdRequired : ErrorCode.InconsistentGroupProtocol, first.ErrorCode);
        if (!mixes)
            return;

        Assert.Equal(ErrorCode.None, bench.Node.Join(first.MemberId).Now.ErrorCode);
        bench.Beat("new", -1);
        Assert.Contains(downgrades ? "classic" : "consumer", Assert.Single(bench.Node.List()), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_way_back_is_closed_those_who_are_left_still_get_everything()
    {
        var settings = new GroupSettings { InitialRebalanceDelayMs = 0, Consumers = new ConsumerSettings { Migration = MigrationPolicy.Upgrade } };
        var bench = new ConsumerBench { Node = new GroupBench(settings) };
        bench.Topic("t", 2);
        bench.Beat("new", 0, "t");
        var old = bench.Node.JoinTwice().Now;
        bench.Node.Advance(1_000);
        bench.Beat("new", -1);
        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Node.Heartbeat(old.MemberId, old.GenerationId));
        var again = bench.Node.Join(old.MemberId).Now;
        Assert.Equal("t01", GroupBench.Read(bench.Node.Sync(old.MemberId, again.GenerationId).Now.Assignment));
    }

    private (string Id, int Generation) ClassicMember()
    {
        var joined = Node.JoinTwice().Now;
        Assert.Equal("t01", Assign(joined.MemberId, joined.GenerationId, "t01"));
        return (joined.MemberId, joined.GenerationId);
    }

    private string Assign(string memberId, int generation, string assignment, string? instance = null) =>
        GroupBench.Read(Node.SyncBytes(memberId, generation, instance, (memberId, GroupBench.Assignment(assignment))).Now.Assignment);

    // A join and the sync after it.
    private string Join(string memberId, string owned, out int generation)
    {
        var joined = Node.Join(memberId, owned: owned).Now;
        Assert.Equal(ErrorCode.None, joined.ErrorCode);
        generation = joined.GenerationId;
        return GroupBench.Read(Node.Sync(memberId, generation).Now.Assignment);
    }

    private void BeatFor(int milliseconds, Action beat)
    {
        for (var passed = 0; passed < milliseconds; passed += 700)
        {
            beat();
            Node.Advance(Math.Min(700, milliseconds - passed));
        }
    }
}
