using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Broker.Tests.Groups.Streams;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>What each config of the group coordinator does, by its name in <c>server.properties</c> or as it is set while the broker runs.</summary>
public sealed class GroupConfigTests
{
    private static readonly ConfigResource AllBrokers = ConfigResource.AllBrokers;
    private static readonly ConfigResource ThisGroup = new(ConfigResourceType.Group, GroupBench.Group);

    [Fact]
    public void Sessions_of_classic_members_lie_within_their_bounds()
    {
        var node = Node("group.min.session.timeout.ms=1000", "group.max.session.timeout.ms=2000");
        Assert.Equal(ErrorCode.InvalidSessionTimeout, node.Join(session: 999).Now.ErrorCode);
        Assert.Equal(ErrorCode.InvalidSessionTimeout, node.Join(session: 2001).Now.ErrorCode);
        Assert.Equal(ErrorCode.MemberIdRequired, node.Join(session: 1000).Now.ErrorCode);
        Assert.Equal(ErrorCode.MemberIdRequired, node.Join(session: 2000).Now.ErrorCode);
    }

    [Fact]
    public void An_empty_classic_group_waits_for_more_members()
    {
        var node = Node("group.initial.rebalance.delay.ms=700");
        var joining = node.JoinTwice();
        node.Advance(699);
        Assert.False(joining.HasCome);
        node.Advance(1);
        Assert.Equal(ErrorCode.None, joining.Now.ErrorCode);
    }

    [Fact]
    public void A_classic_group_has_no_more_members_than_it_may()
    {
        var node = Node("group.max.size=1", "group.initial.rebalance.delay.ms=0");
        node.StableMember();
        Assert.Equal(ErrorCode.GroupMaxSizeReached, node.Join().Now.ErrorCode);
    }

    [Fact]
    public void Offsets_of_an_empty_group_live_as_long_as_they_are_told_to_and_are_looked_at_as_often()
    {
        var node = Node("offsets.retention.minutes=1", "offsets.retention.check.interval.ms=50000");
        node.Commit(5);
        node.Advance(99_999);
        Assert.Equal(5, node.Fetch());
        node.Advance(1);
        Assert.Equal(-1, node.Fetch());
    }

    [Fact]
    public void What_is_kept_with_an_offset_is_no_longer_than_it_may_be()
    {
        var node = Node("offset.metadata.max.bytes=3");
        Assert.Equal(ErrorCode.None, node.Commit(1, metadata: "abc"));
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, node.Commit(1, metadata: "abcd"));
    }

    [Theory]
    [InlineData("range", "range")]
    [InlineData("range,uniform", "range")]
    [InlineData(" uniform , range ", "uniform")]
    [InlineData("org.apache.kafka.coordinator.group.assignor.RangeAssignor", "range")]
    public void The_first_assignor_of_the_list_is_for_groups_in_which_nobody_asks_for_one(string assignors, string expected)
    {
        var bench = Consumers("group.consumer.assignors=" + assignors);
        bench.Topic("t", 2);
        bench.Topic("u", 2);
        bench.Beat("a", 0, "t,u");
        bench.Node.Advance(1_000);
        bench.Beat("b", 0, "t,u");
        Assert.Equal(expected, bench.Describe().AssignorName);
    }

    [Fact]
    public void An_assignor_that_is_not_in_the_list_is_not_offered()
    {
        var bench = Consumers("group.consumer.assignors=range");
        bench.Topic("t", 2);
        Assert.Equal(ErrorCode.UnsupportedAssignor, bench.Beat("a", 0, "t", assignor: "uniform").Now.ErrorCode);
        Assert.Equal(ErrorCode.UnsupportedAssignor, bench.Beat("a", 0, "t", assignor: "Range").Now.ErrorCode);
        Assert.Equal(ErrorCode.GroupIdNotFound, bench.Describe().ErrorCode);
        Assert.Equal(ErrorCode.None, bench.Beat("a", 0, "t", assignor: "range").Now.ErrorCode);
    }

    [Fact]
    public void Members_may_have_asked_for_an_assignor_before_the_broker_ceased_to_offer_it()
    {
        var offers = "uniform,range";
        var node = new GroupBench(settingsAt: configs => new LiveGroupSettings(Broker(["group.consumer.assignors=" + offers])).At(configs));
        var bench = new ConsumerBench { Node = node };
        bench.Topic("t", 2);
        bench.Beat("a", 0, "t", assignor: "uniform");
        offers = "range";
        node.Fail();
        Assert.Equal("range", bench.Describe().AssignorName);
        node.Advance(1_000);
        Assert.Equal(ErrorCode.None, bench.Beat("b", 0, "t").Now.ErrorCode);
    }

    [Fact]
    public void Consumers_are_told_how_often_to_beat_and_are_out_after_a_session_of_silence()
    {
        var bench = Consumers(
            "group.consumer.min.heartbeat.interval.ms=100", "group.consumer.heartbeat.interval.ms=1000", "group.consumer.min.session.timeout.ms=2000", "group.consumer.session.timeout.ms=3000");
        Assert.Equal(1_000, bench.Beat("a", 0, "t").Now.HeartbeatIntervalMs);
        bench.Node.Advance(2_999);
        Assert.Single(bench.Describe().Members);
        bench.Node.Advance(1);
        Assert.Empty(bench.Describe().Members);
    }

    [Fact]
    public void A_group_may_have_an_interval_and_a_session_of_its_own_and_bounds_that_moved_since_hold()
    {
        var bench = Consumers("group.consumer.max.heartbeat.interval.ms=9000", "group.consumer.max.session.timeout.ms=50000");
        Set(bench.Node, ThisGroup, "consumer.heartbeat.interval.ms", "8000");
        Set(bench.Node, ThisGroup, "consumer.session.timeout.ms", "59000");
        Assert.Equal(8_000, bench.Beat("a", 0, "t").Now.HeartbeatIntervalMs);
        bench.Node.Advance(49_999);
        Assert.Single(bench.Describe().Members);
        bench.Node.Advance(1);
        Assert.Empty(bench.Describe().Members);
        Set(bench.Node, ThisGroup, "consumer.heartbeat.interval.ms", "12000");
        Assert.Equal(9_000, bench.Beat("a", 0, "t").Now.HeartbeatIntervalMs);
        Set(bench.Node, ThisGroup, "consumer.heartbeat.interval.ms", "1");
        Assert.Equal(5_000, bench.Beat("a", 0, "t").Now.HeartbeatIntervalMs);
    }

    [Fact]
    public void A_consumer_group_has_no_more_members_than_it_may()
    {
        var bench = Consumers("group.consumer.max.size=1");
        bench.Beat("a", 0, "t");
        Assert.Equal(ErrorCode.GroupMaxSizeReached, bench.Beat("b", 0, "t").Now.ErrorCode);
    }

    [Theory]
    [InlineData("bidirectional", ErrorCode.None)]
    [InlineData("Upgrade", ErrorCode.None)]
    [InlineData("DOWNGRADE", ErrorCode.GroupIdNotFound)]
    [InlineData("disabled", ErrorCode.GroupIdNotFound)]
    public void A_classic_group_with_members_goes_over_if_it_may(string policy, ErrorCode expected)
    {
        var bench = Consumers("group.consumer.migration.policy=" + policy, "group.initial.rebalance.delay.ms=0");
        bench.Topic("t", 1);
        var joined = bench.Node.JoinTwice().Now;
        bench.Node.SyncBytes(joined.MemberId, joined.GenerationId, null, (joined.MemberId, GroupBench.Assignment("t0")));
        Assert.Equal(expected, bench.Beat("a", 0, "t").Now.ErrorCode);
    }

    [Fact]
    public void The_time_between_two_targets_changes_while_the_broker_runs()
    {
        var bench = Consumers("group.consumer.assignment.interval.ms=10000");
        bench.Topic("t", 2);
        Assert.Equal(2, bench.Beat("a", 0, "t").Now.MemberEpoch);
        Assert.Equal(2, bench.Beat("b", 0, "t").Now.MemberEpoch);
        bench.Node.Advance(4_999);
        Assert.Equal(2, bench.Beat("b", 2).Now.MemberEpoch);

        Set(bench.Node, AllBrokers, "group.consumer.assignment.interval.ms", "5000");
        Assert.Equal(2, bench.Beat("b", 2).Now.MemberEpoch);
        bench.Node.Advance(1);
        Assert.Equal(3, bench.Beat("b", 2).Now.MemberEpoch);

        Set(bench.Node, ThisGroup, "consumer.assignment.interval.ms", "0");
        Assert.Equal(4, bench.Beat("c", 0, "t").Now.MemberEpoch);

        Set(bench.Node, ThisGroup, "consumer.assignment.interval.ms", null);
        Set(bench.Node, AllBrokers, "group.consumer.assignment.interval.ms", null);
        bench.Node.Advance(9_999);
        Assert.Equal(4, bench.Beat("d", 0, "t").Now.MemberEpoch);
        bench.Node.Advance(1);
        Assert.Equal(5, bench.Beat("d", 4).Now.MemberEpoch);
    }

    [Fact]
    public void A_time_between_targets_that_was_set_while_the_broker_ran_stays_within_bounds_that_moved_since()
    {
        var settings = new LiveGroupSettings(Broker(["group.consumer.max.assignment.interval.ms=1500", "group.streams.min.assignment.interval.ms=800"]));
        var configs = ConfigsImage.Empty.With(AllBrokers, "group.consumer.assignment.interval.ms", "9000").With(AllBrokers, "group.streams.assignment.interval.ms", "1");
        Assert.Equal(1_500, settings.At(configs).Consumers.AssignmentIntervalMs);
        Assert.Equal(800, settings.At(configs).Streams.AssignmentIntervalMs);
    }

    [Fact]
    public void Streams_members_are_told_how_often_to_beat_and_are_out_after_a_session_of_silence()
    {
        var bench = Streams(
            "group.streams.min.heartbeat.interval.ms=100", "group.streams.heartbeat.interval.ms=1000", "group.streams.min.session.timeout.ms=2000", "group.streams.session.timeout.ms=3000");
        bench.Topic("t", 1);
        Assert.Equal(1_000, bench.Join("a", StreamsBench.Reads("t")).HeartbeatIntervalMs);
        bench.Node.Advance(2_999);
        Assert.Single(bench.Describe().Members);
        bench.Node.Advance(1);
        Assert.Empty(bench.Describe().Members);
    }

    [Fact]
    public void A_streams_group_has_no_more_members_than_it_may()
    {
        var bench = Streams("group.streams.max.size=1");
        bench.Topic("t", 1);
        bench.Join("a", StreamsBench.Reads("t"));
        Assert.Equal(ErrorCode.GroupMaxSizeReached, bench.Join("b", StreamsBench.Reads("t")).ErrorCode);
    }

    [Fact]
    public void An_empty_streams_group_waits_for_more_members()
    {
        var bench = Streams("group.streams.initial.rebalance.delay.ms=400");
        bench.Topic("t", 1);
        Assert.Equal(1, bench.Join("a", StreamsBench.Reads("t")).MemberEpoch);
        bench.Node.Advance(399);
        Assert.Equal(1, bench.Beat("a", 1).MemberEpoch);
        bench.Node.Advance(1);
        Assert.Equal(2, bench.Beat("a", 1).MemberEpoch);
    }

    [Fact]
    public void The_time_between_two_targets_of_a_streams_group_changes_while_the_broker_runs()
    {
        var bench = Streams("group.streams.assignment.interval.ms=10000");
        bench.Topic("t", 2);
        Assert.Equal(2, bench.Join("a", StreamsBench.Reads("t"), "p").MemberEpoch);
        Assert.Equal(2, bench.Join("b", StreamsBench.Reads("t"), "q").MemberEpoch);
        Set(bench.Node, AllBrokers, "group.streams.assignment.interval.ms", "1000");
        bench.Node.Advance(999);
        Assert.Equal(2, bench.Beat("b", 2).MemberEpoch);
        bench.Node.Advance(1);
        Assert.Equal(3, bench.Beat("b", 2).MemberEpoch);
        Set(bench.Node, ThisGroup, "streams.assignment.interval.ms", "0");
        Assert.Equal(4, bench.Join("c", StreamsBench.Reads("t"), "r").MemberEpoch);
    }

    [Fact]
    public void Copies_of_state_are_as_many_as_the_broker_or_the_group_says()
    {
        Assert.Equal(0, Standbys(Streams()));
        Assert.Equal(1, Standbys(Streams("group.streams.num.standby.replicas=1")));
        var own = Streams();
        Set(own.Node, ThisGroup, "streams.num.standby.replicas", "1");
        Assert.Equal(1, Standbys(own));
        var bounded = Streams("group.streams.max.standby.replicas=0");
        Set(bounded.Node, ThisGroup, "streams.num.standby.replicas", "1");
        Assert.Equal(0, Standbys(bounded));

        static int Standbys(StreamsBench bench)
        {
            bench.Topic("t", 1);
            bench.Join("a", StreamsBench.Reads("t", "c"), "p");
            bench.MakeMissing();
            bench.Beat("a", 1);
            bench.Node.Advance(1_000);
            bench.Join("b", StreamsBench.Reads("t", "c"), "q");
            bench.Node.Advance(1_000);
            return bench.Describe().Members.Sum(member => member.TargetAssignment.StandbyTasks.Count);
        }
    }

    [Theory]
    [InlineData("60000", null, true)]
    [InlineData("60001", null, false)]
    [InlineData("60001", "60002", true)]
    public void A_session_of_a_group_is_longer_than_its_heartbeat_interval(string beat, string? session, bool isValid)
    {
        var broker = Broker(["group.consumer.session.timeout.ms=60001", "group.consumer.max.session.timeout.ms=70000", "group.consumer.max.heartbeat.interval.ms=65000"]);
        var configs = new Dictionary<string, string> { ["consumer.heartbeat.interval.ms"] = beat };
        if (session is not null)
            configs["consumer.session.timeout.ms"] = session;

        Assert.Equal(isValid ? ErrorCode.None : ErrorCode.InvalidConfig, GroupConfigRules.Check(broker, ConfigsImage.Empty, configs)?.Code ?? ErrorCode.None);
    }

    private static BrokerConfigs Broker(string[] properties) =>
        new(BrokerOptions.FromProperties(properties.Select(property => property.Split('=')).ToDictionary(pair => pair[0], pair => pair[1])).Properties, nodeId: 1);

    private static GroupBench Node(params string[] properties) => new(settingsAt: new LiveGroupSettings(Broker(properties)).At);

    private static ConsumerBench Consumers(params string[] properties) => new() { Node = Node(properties) };

    private static StreamsBench Streams(params string[] properties)
    {
        var delay = properties.Any(property => property.Contains("rebalance.delay", StringComparison.Ordinal)) ? [] : (string[])["group.streams.initial.rebalance.delay.ms=0"];
        return new StreamsBench { Node = Node([.. properties, .. delay]) };
    }

    private static void Set(GroupBench node, ConfigResource resource, string name, string? value) =>
        node.Image = node.Image with { Configs = node.Image.Configs.With(resource, name, value) };
}
