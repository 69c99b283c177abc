using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Streams;

public sealed class StreamsGroupTests
{
    private readonly StreamsBench _bench = new();

    [Fact]
    public void The_first_member_gets_every_task_and_one_more_each_partition_of_the_largest_topic()
    {
        _bench.Topic("t", 2);
        _bench.Topic("u", 3);
        var joined = _bench.Join("a", StreamsBench.Reads("t,u"));

        Assert.Equal(2, joined.MemberEpoch);
        Assert.Equal("0_0,0_1,0_2", StreamsBench.Told(joined));
        Assert.Null(StreamsBench.Told(_bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1,0_2"))));
        Assert.Equal("Stable", _bench.Describe().GroupState);
    }

    [Fact]
    public void An_empty_group_waits_for_more_members_before_anybody_gets_a_task()
    {
        var bench = new StreamsBench(new StreamsSettings());
        bench.Topic("t", 2);
        var first = bench.Join("a", StreamsBench.Reads("t"), "p1");
        Assert.Equal([StreamsStatus.AssignmentDelayed], StreamsBench.Statuses(first));
        Assert.Equal((1, ""), (first.MemberEpoch, StreamsBench.Told(first)));
        bench.Node.Advance(1_000);
        bench.Join("b", StreamsBench.Reads("t"), "p2");
        Assert.Equal("Assigning", bench.Describe().GroupState);

        bench.Node.Advance(2_000);

        Assert.Equal("Reconciling", bench.Describe().GroupState);
        Assert.Equal("0_0", StreamsBench.Told(bench.Beat("a", 1, TaskSets.None)));
        Assert.Equal("0_1", StreamsBench.Told(bench.Beat("b", 1, TaskSets.None)));
        Assert.Equal("Stable", bench.Describe().GroupState);
    }

    [Fact]
    public void A_task_goes_to_its_next_member_only_when_the_last_one_has_confirmed_that_it_gave_it_up()
    {
        _bench.Topic("t", 4);
        _bench.Join("a", StreamsBench.Reads("t"), "p1");
        Assert.Equal([StreamsStatus.AssignmentDelayed], StreamsBench.Statuses(_bench.Join("b", StreamsBench.Reads("t"), "p2")));
        _bench.Node.Advance(1_000);
        var told = _bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1,0_2,0_3"));
        Assert.Equal((2, "0_0,0_1"), (told.MemberEpoch, StreamsBench.Told(told)));
        var waiting = _bench.Beat("b", 2, TaskSets.None);
        Assert.Equal((3, (string?)null), (waiting.MemberEpoch, StreamsBench.Told(waiting)));

        Assert.Equal(3, _bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1")).MemberEpoch);

        Assert.Equal("0_2,0_3", StreamsBench.Told(_bench.Beat("b", 3, TaskSets.None)));
        Assert.Equal("Stable", _bench.Describe().GroupState);
    }

    [Fact]
    public void A_task_comes_back_to_a_process_only_when_its_other_thread_has_let_go_of_it()
    {
        _bench.Topic("t", 2);
        _bench.Topic("c", 2);
        _bench.Join("a", StreamsBench.Reads("t", "c"));
        _bench.Join("b", StreamsBench.Reads("t", "c"));
        _bench.Node.Advance(1_000);
        _bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1"));
        Assert.Null(StreamsBench.Told(_bench.Beat("b", 2, TaskSets.None)));
        _bench.Beat("a", 2, StreamsBench.Owned("0_0"));
        Assert.Equal("0_1", StreamsBench.Told(_bench.Beat("b", 3, TaskSets.None)));
    }

    [Fact]
    public void Copies_of_state_go_to_other_processes_and_take_over_when_the_task_is_free()
    {
        var bench = new StreamsBench(new StreamsSettings { InitialRebalanceDelayMs = 1_000, StandbyReplicas = 1 });
        bench.Topic("t", 2);
        bench.Topic("c", 2);
        bench.Join("a", StreamsBench.Reads("t", "c"), "p1");
        bench.Join("b", StreamsBench.Reads("t", "c"), "p2");
        bench.Node.Advance(1_000);
        Assert.Equal("0_0 +0_1", StreamsBench.Told(bench.Beat("a", 1, TaskSets.None)));
        Assert.Equal("0_1 +0_0", StreamsBench.Told(bench.Beat("b", 1, TaskSets.None)));

        bench.Leave("b");
        bench.Node.Advance(1_000);

        // The copy must be closed before the task itself can be opened in its place.
        var told = bench.Beat("a", 3, StreamsBench.Owned("0_0", "0_1"));
        Assert.Equal((3, "0_0"), (told.MemberEpoch, StreamsBench.Told(told)));
        var epoch = bench.Beat("a", 3, StreamsBench.Owned("0_0")).MemberEpoch;
        Assert.Equal("0_0,0_1", StreamsBench.Told(bench.Beat("a", epoch, StreamsBench.Owned("0_0"))));
    }

    [Fact]
    public void A_member_in_another_epoch_is_fenced_unless_it_only_missed_the_last_answer()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("a", 2, rack: "r").MemberEpoch);
        Assert.Equal(ErrorCode.None, _bench.Beat("a", 2, StreamsBench.Owned("0_0")).ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 2).ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 1, StreamsBench.Owned("0_0")).ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 9, StreamsBench.Owned("0_0")).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Beat("nobody", 3).ErrorCode);
    }

    [Fact]
    public void Who_missed_what_it_shall_have_is_told_again()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        Assert.Null(StreamsBench.Told(_bench.Beat("a", 2, TaskSets.None)));
        _bench.Node.Advance(10_000);
        Assert.Equal("0_0", StreamsBench.Told(_bench.Beat("a", 2)));
        Assert.Null(StreamsBench.Told(_bench.Beat("a", 2, StreamsBench.Owned("0_0"))));
        _bench.Node.Advance(10_000);
        Assert.Null(StreamsBench.Told(_bench.Beat("a", 2)));
    }

    [Fact]
    public void Who_is_silent_for_a_session_or_does_not_give_up_in_time_is_out()
    {
        _bench.Topic("t", 2);
        _bench.Join("a", StreamsBench.Reads("t"), "p1");
        _bench.Node.Advance(30_000);
        _bench.Join("b", StreamsBench.Reads("t"), "p2");
        Assert.Equal("0_0", StreamsBench.Told(_bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1"))));
        _bench.Node.Advance(30_000);
        _bench.Beat("a", 2);
        _bench.Beat("b", 3);
        _bench.Node.Advance(14_999);
        Assert.Equal(["a", "b"], _bench.Describe().Members.Select(member => member.MemberId));
        _bench.Node.Advance(1);
        Assert.Equal(["b"], _bench.Describe().Members.Select(member => member.MemberId));
        Assert.Equal("0_0,0_1", StreamsBench.Told(_bench.Beat("b", 3, TaskSets.None)));
        _bench.Node.Advance(45_000);
        Assert.Equal("Empty", _bench.Describe().GroupState);
    }

    [Fact]
    public void Topics_that_are_missing_are_asked_for_and_the_group_begins_when_they_are_there()
    {
        Assert.Equal([StreamsStatus.MissingSourceTopics], StreamsBench.Statuses(_bench.Join("a", StreamsBench.Reads("t", "c"))));
        Assert.Equal("NotReady", _bench.Describe().GroupState);
        _bench.Topic("t", 3);
        _bench.Node.Advance(1_000);
        var waiting = _bench.Beat("a", 2, TaskSets.None);
        Assert.Equal([StreamsStatus.MissingInternalTopics], StreamsBench.Statuses(waiting));
        Assert.Equal([("c", 3, (short)-1)], _bench.Missing.Select(topic => (topic.Name, topic.NumPartitions, topic.ReplicationFactor)));
        _bench.MakeMissing();
        _bench.Node.Advance(1_000);

        var told = _bench.Beat("a", waiting.MemberEpoch, TaskSets.None);

        Assert.Equal("0_0,0_1,0_2", StreamsBench.Told(told));
        Assert.Equal("Stable", _bench.Describe().GroupState);
        Assert.Equal(3, _bench.Describe().Topology!.Subtopologies![0].StateChangelogTopics[0].Partitions);
    }

    [Fact]
    public void A_topic_that_goes_takes_the_tasks_with_it_and_one_that_grows_brings_more()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        _bench.Topic("t", 2);
        _bench.Node.Advance(1_000);
        Assert.Equal("0_0,0_1", StreamsBench.Told(_bench.Beat("a", 2, StreamsBench.Owned("0_0"))));
        _bench.Delete("t");
        _bench.Node.Advance(1_000);
        var told = _bench.Beat("a", 3, StreamsBench.Owned("0_0,0_1"));
        Assert.Equal("", StreamsBench.Told(told));
        Assert.Equal([StreamsStatus.MissingSourceTopics], StreamsBench.Statuses(told));
        Assert.Equal("NotReady", _bench.Describe().GroupState);
    }

    [Fact]
    public void A_topology_is_told_once_and_can_be_older_but_not_other()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"), topologyEpoch: 3);
        Assert.Contains(StreamsStatus.StaleTopology, StreamsBench.Statuses(_bench.Join("b", StreamsBench.Reads("t"), topologyEpoch: 2)));
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Join("c", StreamsBench.Reads("t"), topologyEpoch: 4).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Join("c", StreamsBench.Reads("u"), topologyEpoch: 3).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Beat("a", 2, StreamsBench.Owned("0_1")).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Beat("a", 2, StreamsBench.Owned("1_0")).ErrorCode);
    }

    [Fact]
    public void What_a_refused_member_made_the_group_look_at_is_known()
    {
        _bench.Topic("t", 3);
        var epoch = _bench.Join("a", [StreamsBench.Part("0", "t", sinks: "r"), StreamsBench.Part("1", "", repartition: "r")]).MemberEpoch;
        _bench.MakeMissing();
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Beat("a", epoch, StreamsBench.Owned("9_0")).ErrorCode);
        _bench.Leave("a");
        Assert.Equal(3, _bench.Describe().Topology!.Subtopologies![1].RepartitionSourceTopics[0].Partitions);
    }

    [Fact]
    public void One_member_can_ask_all_to_stop_and_is_forgotten_with_the_last()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        _bench.Join("b", StreamsBench.Reads("t"));
        Assert.Contains(StreamsStatus.ShutdownApplication, StreamsBench.Statuses(_bench.Beat("b", 2, shutdown: true)));
        _bench.Leave("b");
        Assert.Contains(StreamsStatus.ShutdownApplication, StreamsBench.Statuses(_bench.Beat("a", 2)));
        _bench.Leave("a");
        Assert.DoesNotContain(StreamsStatus.ShutdownApplication, StreamsBench.Statuses(_bench.Join("a", StreamsBench.Reads("t"))));
    }

    [Fact]
    public void Everybody_learns_which_partitions_are_at_which_endpoint()
    {
        _bench.Topic("t", 2);
        _bench.Topic("u", 1);
        var joined = _bench.Join("a", StreamsBench.Reads("t,u"), "p1", endpoint: "h");
        var at = Assert.Single(joined.PartitionsByUserEndpoint!);
        Assert.Equal("h", at.UserEndpoint.Host);
        Assert.Equal([("t", 2), ("u", 1)], at.ActivePartitions.Select(topic => (topic.Topic, topic.Partitions.Count)));
        _bench.Join("b", StreamsBench.Reads("t,u"), "p2");
        _bench.Node.Advance(1_000);
        var told = _bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1"));
        Assert.Equal(1, told.EndpointInformationEpoch);
        var heard = _bench.Beat("b", 2, TaskSets.None, endpointEpoch: 0);
        Assert.Equal([0], Assert.Single(heard.PartitionsByUserEndpoint!).ActivePartitions[0].Partitions);
        Assert.Null(_bench.Beat("b", 3, TaskSets.None, endpointEpoch: 1).PartitionsByUserEndpoint);
    }

    [Fact]
    public void A_commit_counts_while_its_task_has_been_the_members_since()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("a", 2, rack: "r").MemberEpoch);

        Assert.Equal(ErrorCode.None, _bench.Node.Commit(1, "a", 3));
        Assert.Equal(ErrorCode.None, _bench.Node.Commit(1, "a", 2));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(1, "a", 1));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(1, "a", 4));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(1, "a", 2, topic: "other"));
        Assert.Equal(ErrorCode.UnsupportedVersion, _bench.Node.Commit(1, "a", 3, version: 8));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Node.Commit(1));
        Assert.Equal(ErrorCode.NonEmptyGroup, _bench.Node.Delete());
    }

    [Fact]
    public void Everything_survives_the_coordinator()
    {
        _bench.Topic("t", 2);
        _bench.Topic("c", 2);
        _bench.Join("a", StreamsBench.Reads("t", "c"), endpoint: "h");
        _bench.Beat("a", 2);
        _bench.Node.Fail();
        Assert.Equal("Stable", _bench.Describe().GroupState);
        Assert.Null(StreamsBench.Told(_bench.Beat("a", 2, StreamsBench.Owned("0_0,0_1"))));
        Assert.Equal((2, 2), (_bench.Describe().GroupEpoch, _bench.Describe().AssignmentEpoch));
        _bench.Leave("a");
        Assert.Equal(ErrorCode.None, _bench.Node.Delete());
        _bench.Node.Fail();
        Assert.Equal(ErrorCode.GroupIdNotFound, _bench.Describe().ErrorCode);
        Assert.Empty(_bench.Node.List());
    }

    [Fact]
    public void An_empty_group_becomes_a_classic_one_and_the_other_way_round()
    {
        _bench.Topic("t", 1);
        _bench.Join("a", StreamsBench.Reads("t"));
        Assert.Equal(["g Stable streams"], _bench.Node.List(types: ["streams"]));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Node.Join().Now.ErrorCode);
        _bench.Leave("a");
        var member = _bench.Node.StableMember();
        Assert.Equal(ErrorCode.GroupIdNotFound, _bench.Join("a", StreamsBench.Reads("t")).ErrorCode);
        _bench.Node.Leave((member.MemberId, null));
        Assert.Equal(ErrorCode.None, _bench.Join("a", StreamsBench.Reads("t")).ErrorCode);
        _bench.Node.Fail();
        Assert.Equal(["g Stable streams"], _bench.Node.List());
    }
}
