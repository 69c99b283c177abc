using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Topic = FlowLog.Protocol.Messages.CreateTopicsRequest.CreatableTopic;
using TopicResult = FlowLog.Protocol.Messages.CreateTopicsResponse.CreatableTopicResult;

namespace FlowLog.Broker.Tests.Handlers.Topics;

public sealed class TopicCreationTests : IDisposable
{
    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_topic_can_be_used_as_soon_as_its_creation_is_answered()
    {
        var created = Create(new Topic { Name = "t", NumPartitions = 2, ReplicationFactor = 1 });

        Assert.Equal((ErrorCode.None, 2), (created.ErrorCode, created.NumPartitions));
        Assert.Equal(0, _node.Append("t", "a"));
        Assert.Equal(created.TopicId, _node.Image.Topics.Find("t")!.Id);
    }

    [Fact]
    public void It_is_there_after_a_power_cut_with_its_id_and_its_records()
    {
        var id = _node.CreateTopic("t", 2, ("retention.ms", "1000"));
        _node.Append("t", "a");

        _node.Disk.CutPower();

        using var next = new NodeBench(_node.Disk);
        Assert.Equal(id, next.Image.Topics.Find("t")!.Id);
        Assert.Equal(1, next.Leader("t").HighWatermark);
        Assert.Equal(1000, next.Leader("t").Log.Options.RetentionMs);
    }

    [Fact]
    public void A_topic_created_anew_under_an_old_name_starts_empty()
    {
        _node.CreateTopic("t");
        _node.Append("t", "a");
        _node.Ask(new DeleteTopicsRequest { TimeoutMs = 1000, Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "t" }] });

        _node.CreateTopic("t");

        Assert.Equal(0, _node.Append("t", "b"));
    }

    [Theory]
    [InlineData("", ErrorCode.InvalidTopic)]
    [InlineData(".", ErrorCode.InvalidTopic)]
    [InlineData("..", ErrorCode.InvalidTopic)]
    [InlineData("a/b", ErrorCode.InvalidTopic)]
    [InlineData("há", ErrorCode.InvalidTopic)]
    [InlineData("there", ErrorCode.TopicAlreadyExists)]
    [InlineData("with.dot", ErrorCode.InvalidTopic)]
    [InlineData("__cluster_metadata", ErrorCode.InvalidRequest)]
    public void Names_that_cannot_be_are_refused(string name, ErrorCode expected)
    {
        _node.CreateTopic("there");
        _node.CreateTopic("with_dot");

        Assert.Equal(expected, Create(new Topic { Name = name, NumPartitions = 1, ReplicationFactor = 1 }).ErrorCode);
    }

    [Fact]
    public void A_name_may_have_249_characters_and_not_more()
    {
        Assert.Equal(ErrorCode.None, Create(new Topic { Name = new string('a', 249), NumPartitions = 1, ReplicationFactor = 1 }).ErrorCode);
        Assert.Equal(ErrorCode.InvalidTopic, Create(new Topic { Name = new string('a', 250), NumPartitions = 1, ReplicationFactor = 1 }).ErrorCode);
    }

    [Theory]
    [InlineData(0, 1, ErrorCode.InvalidPartitions)]
    [InlineData(-2, 1, ErrorCode.InvalidPartitions)]
    [InlineData(1, 0, ErrorCode.InvalidReplicationFactor)]
    [InlineData(1, 2, ErrorCode.InvalidReplicationFactor)]
    [InlineData(10_001, 1, ErrorCode.PolicyViolation)]
    [InlineData(-1, -1, ErrorCode.None)]
    public void Counts_that_cannot_be_are_refused(int partitions, short replicas, ErrorCode expected) =>
        Assert.Equal(expected, Create(new Topic { Name = "t", NumPartitions = partitions, ReplicationFactor = replicas }).ErrorCode);

    [Theory]
    [InlineData("retention.ms", "soon", ErrorCode.InvalidConfig)]
    [InlineData("retention.mss", "1", ErrorCode.InvalidConfig)]
    [InlineData("cleanup.policy", "shred", ErrorCode.InvalidConfig)]
    [InlineData("cleanup.policy", " compact , delete ", ErrorCode.None)]
    public void Configs_are_checked(string name, string value, ErrorCode expected)
    {
        var topic = new Topic { Name = "t", NumPartitions = 1, ReplicationFactor = 1 };
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = name, Value = value });

        Assert.Equal(expected, Create(topic).ErrorCode);
    }

    [Fact]
    public void An_unknown_config_is_answered_with_the_one_that_was_meant()
    {
        var topic = new Topic { Name = "t", NumPartitions = 1, ReplicationFactor = 1 };
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.mss", Value = "1" });

        Assert.Contains("retention.ms", Create(topic).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_of_one_request_fail_each_for_itself_and_a_name_given_twice_fails_once()
    {
        var answers = _node.Ask(new CreateTopicsRequest
        {
            Topics = [.. new[] { "a", "twice", "/", "twice" }.Select(name => new Topic { Name = name, NumPartitions = 1, ReplicationFactor = 1 })],
        }).Topics;

        Assert.Equal(
            [("a", ErrorCode.None), ("twice", ErrorCode.InvalidRequest), ("/", ErrorCode.InvalidTopic)],
            answers.Select(answer => (answer.Name, answer.ErrorCode)));
    }

    [Fact]
    public void Of_a_config_given_twice_the_last_value_counts_and_the_answer_repeats_it()
    {
        var answer = _node.Ask(new CreateTopicsRequest
        {
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic
                {
                    Name = "t",
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs =
                    [
                        new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.ms", Value = "soon" },
                        new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.ms", Value = " 7 " },
                    ],
                },
            ],
        }).Topics[0];

        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        Assert.Equal(" 7 ", answer.Configs!.Single(config => config.Name == "retention.ms").Value);
    }

    [Fact]
    public void Trying_changes_nothing()
    {
        var request = new CreateTopicsRequest { ValidateOnly = true, Topics = [new Topic { Name = "t", NumPartitions = 1, ReplicationFactor = 1 }] };

        Assert.Equal(ErrorCode.None, _node.Ask(request).Topics[0].ErrorCode);
        Assert.Null(_node.Image.Topics.Find("t"));
    }

    [Fact]
    public void Partitions_are_added_and_never_taken_away()
    {
        _node.CreateTopic("t", partitions: 2);

        Assert.Equal(ErrorCode.None, Grow("t", 4));
        Assert.Equal(ErrorCode.InvalidPartitions, Grow("t", 4));
        Assert.Equal(ErrorCode.InvalidPartitions, Grow("t", 3));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Grow("nowhere", 3));
        Assert.Equal(ErrorCode.None, _node.Ask(_node.Produce("t", NodeBench.Batch("a"), partition: 3)).Responses[0].PartitionResponses[0].ErrorCode);
    }

    [Fact]
    public void Topics_are_deleted_by_name_or_by_id_and_not_by_both()
    {
        var id = _node.CreateTopic("a");
        _node.CreateTopic("b");

        Assert.Equal(ErrorCode.InvalidRequest, Delete("a", id));
        Assert.Equal(ErrorCode.None, Delete(null, id));
        Assert.Equal(ErrorCode.UnknownTopicId, Delete(null, id));
        Assert.Equal(ErrorCode.None, Delete("b"));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Delete("b"));
        Assert.Equal(ErrorCode.InvalidRequest, Delete(null));
    }

    private TopicResult Create(Topic topic) => _node.Ask(new CreateTopicsRequest { Topics = [topic] }).Topics[0];

    private ErrorCode Delete(string? name, Guid id = default) =>
        _node.Ask(new DeleteTopicsRequest { TimeoutMs = 1000, Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = name, TopicId = id }] }).Responses[0].ErrorCode;

    private ErrorCode Grow(string topic, int count) => _node.Ask(new CreatePartitionsRequest
    {
        TimeoutMs = 1000,
        Topics = [new CreatePartitionsRequest.CreatePartitionsTopic { Name = topic, Count = count, Assignments = null }],
    }).Results[0].ErrorCode;
}
