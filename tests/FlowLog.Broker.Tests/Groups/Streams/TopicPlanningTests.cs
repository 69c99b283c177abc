using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;
using Request = FlowLog.Protocol.Messages.StreamsGroupHeartbeatRequest;

namespace FlowLog.Broker.Tests.Groups.Streams;

/// <summary>"t" has two partitions, "u" has three.</summary>
public sealed class TopicPlanningTests
{
    private readonly StreamsBench _bench = new();

    public TopicPlanningTests()
    {
        _bench.Topic("t", 2);
        _bench.Topic("u", 3);
    }

    [Fact]
    public void A_topic_between_two_parts_gets_as_many_partitions_as_the_largest_that_its_writer_reads() =>
        AssertMissing([StreamsBench.Part("0", "t,u", sinks: "r"), StreamsBench.Part("1", "", repartition: "r")], ("r", 3));

    [Fact]
    public void A_chain_of_topics_is_followed_in_whatever_order_its_parts_come() =>
        AssertMissing(
            [StreamsBench.Part("0", "", repartition: "r2", changelogs: "c"), StreamsBench.Part("1", "", repartition: "r1", sinks: "r2"), StreamsBench.Part("2", "u", sinks: "r1")],
            ("r2", 3), ("c", 3), ("r1", 3));

    [Fact]
    public void What_the_application_fixes_is_taken() =>
        AssertMissing([StreamsBench.Part("0", "t", sinks: "r"), StreamsBench.Part("1", "", repartition: "r:7", changelogs: "c")], ("r", 7), ("c", 7));

    [Fact]
    public void Topics_inside_that_are_joined_with_one_from_outside_get_its_number() =>
        AssertMissing([StreamsBench.Part("0", "u", sinks: "r"), StreamsBench.Part("1", "t", repartition: "r", joins: true)], ("r", 2));

    [Fact]
    public void Topics_inside_that_are_joined_with_each_other_get_the_largest_number() =>
        AssertMissing(
            [StreamsBench.Part("0", "u", sinks: "r"), StreamsBench.Part("1", "t", sinks: "s"), StreamsBench.Part("2", "", repartition: "r,s", joins: true)],
            ("r", 3), ("s", 3));

    [Fact]
    public void Topics_from_outside_that_are_joined_must_fit() =>
        AssertStatus(StreamsStatus.IncorrectlyPartitionedTopics, StreamsBench.Part("0", "t,u", joins: true));

    [Fact]
    public void A_fixed_number_must_fit_what_it_is_joined_with() =>
        AssertStatus(StreamsStatus.IncorrectlyPartitionedTopics, StreamsBench.Part("0", "u", sinks: "r"), StreamsBench.Part("1", "t", repartition: "r:5", joins: true));

    [Fact]
    public void A_topic_that_is_there_with_another_number_does_not_fit() =>
        AssertStatus(StreamsStatus.IncorrectlyPartitionedTopics, StreamsBench.Part("0", "t", changelogs: "u"));

    [Fact]
    public void A_part_without_sources_a_loop_and_a_topic_that_nobody_writes_are_refused()
    {
        AssertRefused(StreamsBench.Part("0", "", changelogs: "c"));
        AssertRefused(StreamsBench.Part("0", "", repartition: "r", sinks: "r"));
        AssertRefused(StreamsBench.Part("0", "t"), StreamsBench.Part("1", "", repartition: "r"));
        Assert.Empty(_bench.Node.List());
    }

    private void AssertMissing(List<Request.Subtopology> parts, params (string Name, int Partitions)[] wanted)
    {
        Assert.Equal([StreamsStatus.MissingInternalTopics], StreamsBench.Statuses(_bench.Join("a", parts)));
        Assert.Equal(wanted, _bench.Missing.Select(topic => (topic.Name, topic.NumPartitions)));
    }

    private void AssertStatus(StreamsStatus status, params Request.Subtopology[] parts)
    {
        Assert.Equal([status], StreamsBench.Statuses(_bench.Join("a", [.. parts])));
        Assert.Empty(_bench.Missing);
    }

    private void AssertRefused(params Request.Subtopology[] parts) => Assert.Equal(ErrorCode.StreamsInvalidTopology, _bench.Join("a", [.. parts]).ErrorCode);
}
