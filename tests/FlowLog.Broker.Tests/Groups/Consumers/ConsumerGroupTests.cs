using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Consumers;

public sealed class ConsumerGroupTests
{
    private readonly ConsumerBench _bench = new();

    [Fact]
    public void The_first_member_gets_everything_at_once()
    {
        var topic = _bench.Topic("t", 3);
        var joined = _bench.Beat("a", 0, "t").Now;
        Assert.Equal(2, joined.MemberEpoch);
        Assert.Equal(Of(topic, 0, 1, 2), ConsumerBench.Assigned(joined));
        Assert.Null(_bench.Beat("a", 2, owned: Of(topic, 0, 1, 2)).Now.Assignment);
        Assert.Equal("Stable", _bench.Describe().GroupState);
    }

    [Fact]
    public void Topics_are_described_in_the_order_of_the_set_that_Kafka_keeps_them_in()
    {
        _bench.Beat("a", 0, "one,two,three,four,five,six");
        Assert.Equal("six four one five three two", string.Join(' ', Assert.Single(_bench.Describe().Members).SubscribedTopicNames));
    }

    [Fact]
    public void A_partition_goes_to_its_next_owner_only_when_the_last_one_has_confirmed_that_it_gave_it_up()
    {
        var topic = _bench.Topic("t", 4);
        _bench.Beat("a", 0, "t");
        _bench.Beat("b", 0, "t");
        _bench.Node.Advance(1_000);
        var told = _bench.Beat("a", 2, owned: Of(topic, 0, 1, 2, 3)).Now;
        Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(told));
        Assert.Equal(2, told.MemberEpoch);
        var waiting = _bench.Beat("b", 2).Now;
        Assert.Equal(3, waiting.MemberEpoch);
        Assert.Null(waiting.Assignment);
        Assert.Equal(3, _bench.Beat("a", 2, owned: Of(topic, 0, 1)).Now.MemberEpoch);
        Assert.Equal(Of(topic, 2, 3), ConsumerBench.Assigned(_bench.Beat("b", 3).Now));
        Assert.Equal("Stable", _bench.Describe().GroupState);
    }

    [Fact]
    public void A_member_in_another_epoch_is_fenced_unless_it_only_missed_the_last_answer()
    {
        var first = _bench.Topic("t", 1);
        _bench.Topic("u", 1);
        _bench.Beat("a", 0, "t");
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("a", 2, "t,u").Now.MemberEpoch);
        Assert.Equal(ErrorCode.None, _bench.Beat("a", 2, owned: Of(first, 0)).Now.ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 2).Now.ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 9, owned: Of(first, 0)).Now.ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Beat("nobody", 3).Now.ErrorCode);
    }

    [Fact]
    public void Who_is_silent_for_a_session_is_out()
    {
        var topic = _bench.Topic("t", 2);
        _bench.Beat("a", 0, "t");
        _bench.Node.Advance(30_000);
        _bench.Beat("b", 0, "t");
        _bench.Node.Advance(20_000);
        Assert.Equal(["b"], _bench.Describe().Members.Select(member => member.MemberId));
        Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(_bench.Beat("b", _bench.Describe().Members[0].MemberEpoch).Now));
    }

    [Fact]
    public void Who_does_not_give_up_in_time_is_out_however_often_it_is_told()
    {
        var topic = _bench.Topic("t", 4);
        _bench.Beat("a", 0, "t");
        _bench.Beat("b", 0, "t");
        _bench.Node.Advance(1_000);
        for (var told = 0; told < 3; told++)
        {
            Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(_bench.Beat("a", 2, "t", Of(topic, 0, 1, 2, 3), pattern: "", full: true).Now));
            Assert.Empty(ConsumerBench.Assigned(_bench.Beat("b", told == 0 ? 2 : 3, "t", [], pattern: "", full: true).Now)!);
            _bench.Node.Advance(told < 2 ? 20_000 : 4_999);
        }

        Assert.Equal(["a", "b"], _bench.Describe().Members.Select(member => member.MemberId));
        _bench.Node.Advance(1);
        Assert.Equal(["b"], _bench.Describe().Members.Select(member => member.MemberId));
        Assert.Equal(Of(topic, 0, 1, 2, 3), ConsumerBench.Assigned(_bench.Beat("b", 3).Now));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Beat("a", 2, owned: Of(topic, 0, 1)).Now.ErrorCode);
    }

    [Fact]
    public void A_static_member_finds_everything_as_it_was_under_another_id()
    {
        var topic = _bench.Topic("t", 2);
        _bench.Beat("a", 0, "t", instance: "i");
        Assert.Equal(ErrorCode.UnreleasedInstanceId, _bench.Beat("b", 0, "t", instance: "i").Now.ErrorCode);
        Assert.Equal(-2, _bench.Beat("a", -2, instance: "i").Now.MemberEpoch);
        var back = _bench.Beat("b", 0, "t", instance: "i").Now;
        Assert.Equal(2, back.MemberEpoch);
        Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(back));
        Assert.Equal(ErrorCode.FencedInstanceId, _bench.Beat("a", 2, instance: "i").Now.ErrorCode);
    }

    [Fact]
    public void The_first_target_with_something_in_it_is_not_waited_for_and_the_next_one_is()
    {
        var topic = _bench.Topic("t", 2);
        Assert.Equal(1, _bench.Beat("a", 0, "").Now.MemberEpoch);
        var first = _bench.Beat("b", 0, "t").Now;
        Assert.Equal(2, first.MemberEpoch);
        Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(first));
        Assert.Equal(2, _bench.Beat("c", 0, "t").Now.MemberEpoch);
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("c", 2).Now.MemberEpoch);
    }

    [Fact]
    public void A_member_that_takes_another_instance_id_is_the_same_and_is_still_found_by_the_one_before()
    {
        _bench.Topic("t", 2);
        _bench.Beat("a", 0, "t");
        Assert.Equal(2, _bench.Beat("a", 0, "t", instance: "i").Now.MemberEpoch);
        Assert.Equal(2, _bench.Beat("a", 0, "t", instance: "j").Now.MemberEpoch);
        Assert.Equal((2, "j"), (_bench.Describe().GroupEpoch, Assert.Single(_bench.Describe().Members).InstanceId));

        Assert.Equal(ErrorCode.None, _bench.Beat("a", 2, instance: "i").Now.ErrorCode);
        Assert.Equal(ErrorCode.UnreleasedInstanceId, _bench.Beat("b", 0, "t", instance: "i").Now.ErrorCode);
        _bench.Beat("a", -1, instance: "j");
        Assert.Equal(ErrorCode.None, _bench.Beat("b", 0, "t", instance: "i").Now.ErrorCode);
    }

    [Fact]
    public void Topics_that_come_grow_and_go_reach_their_readers()
    {
        _bench.Beat("a", 0, pattern: "t.*");
        var topic = _bench.Topic("t1", 1);
        _bench.Node.Advance(1_000);
        Assert.Equal(Of(topic, 0), ConsumerBench.Assigned(_bench.Beat("a", 1, owned: []).Now));
        _bench.Topic("t1", 2);
        _bench.Node.Advance(1_000);
        Assert.Equal(Of(topic, 0, 1), ConsumerBench.Assigned(_bench.Beat("a", 2, owned: Of(topic, 0)).Now));
        _bench.Delete("t1");
        _bench.Node.Advance(1_000);
        Assert.Equal([], ConsumerBench.Assigned(_bench.Beat("a", 3, owned: Of(topic, 0, 1)).Now)!);
    }

    [Fact]
    public void What_a_member_does_not_read_any_more_is_taken_at_once_even_while_the_new_target_waits()
    {
        var (t, u) = (_bench.Topic("t", 2), _bench.Topic("u", 1));
        _bench.Beat("a", 0, "t,u");
        var all = Of(t, 0, 1).Concat(Of(u, 0));
        var told = _bench.Beat("a", 2, "t", owned: all).Now;
        Assert.Equal((2, "Assigning"), (told.MemberEpoch, _bench.Describe().GroupState));
        Assert.Equal(Of(t, 0, 1), ConsumerBench.Assigned(told));
        Assert.Null(_bench.Beat("a", 2, owned: Of(t, 0, 1)).Now.Assignment);
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("a", 2, owned: Of(t, 0, 1)).Now.MemberEpoch);
    }

    [Fact]
    public void A_member_with_a_pattern_that_is_known_already_gets_its_share()
    {
        var topic = _bench.Topic("t", 2);
        _bench.Beat("a", 0, pattern: "t.*");
        _bench.Node.Advance(1_000);
        Assert.Equal(2, _bench.Beat("a", 1, owned: []).Now.MemberEpoch);
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("b", 0, pattern: "t.*").Now.MemberEpoch);
        Assert.Equal(Of(topic, 0), ConsumerBench.Assigned(_bench.Beat("a", 2, owned: Of(topic, 0, 1)).Now));
        _bench.Beat("a", 2, owned: Of(topic, 0));
        Assert.Equal(Of(topic, 1), ConsumerBench.Assigned(_bench.Beat("b", 3).Now));
    }

    [Fact]
    public void As_many_votes_for_one_assignor_as_for_another_are_votes_for_uniform()
    {
        _bench.Topic("t", 2);
        _bench.Beat("a", 0, "t", assignor: "range");
        Assert.Equal("range", _bench.Describe().AssignorName);
        _bench.Beat("b", 0, "t", assignor: "uniform");
        Assert.Equal("uniform", _bench.Describe().AssignorName);
    }

    [Theory]
    [InlineData("range", "uniform")]
    [InlineData("uniform", "range")]
    public void The_vote_that_makes_it_one_against_one_decides_about_the_target_that_comes_with_it(string first, string second)
    {
        var (t, u) = (_bench.Topic("t", 1), _bench.Topic("u", 1));
        _bench.Beat("a", 0, "t,u", assignor: first);
        _bench.Node.Advance(1_000);
        _bench.Beat("b", 0, "t,u", assignor: second);

        // Range gives both first partitions to the first member; uniform gives one to each.
        Assert.Equal(second == "range" ? 2 : 1, _bench.Describe().Members[0].TargetAssignment.TopicPartitions.Sum(topic => topic.Partitions.Count));
        Assert.Equal("uniform", _bench.Describe().AssignorName);
        Assert.NotEqual(t, u);
    }

    [Fact]
    public void A_wrong_epoch_counts_before_a_wrong_pattern()
    {
        _bench.Beat("a", 0, "t");
        Assert.Equal(ErrorCode.FencedMemberEpoch, _bench.Beat("a", 99, pattern: "([").Now.ErrorCode);
        Assert.Equal(ErrorCode.InvalidRegularExpression, _bench.Beat("a", 2, pattern: "([").Now.ErrorCode);
        Assert.Equal(ErrorCode.InvalidRegularExpression, _bench.Beat("b", 0, pattern: "([").Now.ErrorCode);
        Assert.Equal("a", Assert.Single(_bench.Describe().Members).MemberId);
    }

    [Fact]
    public void Everything_survives_the_coordinator()
    {
        var topic = _bench.Topic("t", 2);
        _bench.Beat("a", 0, "t", assignor: "range");
        var before = _bench.Describe().ToString();
        _bench.Node.Fail();
        Assert.Equal(before, _bench.Describe().ToString());
        Assert.Null(_bench.Beat("a", 2, owned: Of(topic, 0, 1)).Now.Assignment);
        Assert.Equal(2, _bench.Describe().GroupEpoch);
    }

    [Fact]
    public void An_empty_group_changes_its_protocol_freely()
    {
        _bench.Topic("t", 1);
        _bench.Beat("a", 0, "t");
        _bench.Beat("a", -1);
        var classic = _bench.Node.StableMember();
        Assert.Equal(1, classic.GenerationId);
        _bench.Node.Leave((classic.MemberId, null));
        Assert.Equal(2, _bench.Beat("a", 0, "t").Now.MemberEpoch);
    }

    [Fact]
    public void A_member_that_has_not_heard_of_its_new_epoch_may_still_commit_what_it_had_before()
    {
        _bench.Topic("t", 1);
        _bench.Topic("u", 1);
        _bench.Beat("a", 0, "t");
        _bench.Node.Advance(1_000);
        Assert.Equal(3, _bench.Beat("a", 2, "t,u").Now.MemberEpoch);
        Assert.Equal(ErrorCode.None, _bench.Node.Commit(5, "a", 2, topic: "t"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(5, "a", 2, topic: "u"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(5, "a", 1, topic: "t"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(5, "a", 4, topic: "t"));
        _bench.Node.Fail();
        Assert.Equal(ErrorCode.None, _bench.Node.Commit(6, "a", 2, topic: "t"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _bench.Node.Commit(6, "a", 2, topic: "u"));
    }

    private static IEnumerable<TopicIdPartition> Of(Guid topic, params int[] partitions) => partitions.Select(partition => new TopicIdPartition(topic, partition));
}
