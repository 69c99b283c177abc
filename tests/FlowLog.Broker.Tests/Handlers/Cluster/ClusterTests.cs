using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Handlers.Cluster;

public sealed class ClusterTests : IDisposable
{
    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Every_api_is_offered_in_versions_that_the_catalog_knows()
    {
        var answer = _node.Ask(new ApiVersionsRequest { ClientSoftwareName = "tests", ClientSoftwareVersion = "1" });

        Assert.All(answer.ApiKeys, api =>
        {
            var known = ApiCatalog.Of((ApiKey)api.ApiKey);
            Assert.Equal(known.HighestVersion, api.MaxVersion);
            Assert.True(api.MinVersion == known.LowestVersion || api.ApiKey == (short)ApiKey.Produce);
        });
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("tests", "-1")]
    [InlineData("with blank", "1")]
    public void Clients_with_strange_names_are_refused(string name, string version) =>
        Assert.Equal(ErrorCode.InvalidRequest, _node.Ask(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = version }).ErrorCode);

    [Fact]
    public void Of_log_directories_the_one_that_has_failed_is_told_as_failed_and_the_others_go_on()
    {
        using var node = new NodeBench(properties: ("log.dirs", "/data,/other"));
        string[] topics = ["a", "b", "c"];
        foreach (var topic in topics)
            node.CreateTopic(topic);
        var lost = topics.First(topic => node.Leader(topic).Log.Directory.Path == "/other");
        var kept = topics.First(topic => node.Leader(topic).Log.Directory.Path == "/data");

        node.Disk.FailNext(DiskOperation.Sync, pathContains: "/other");
        var refused = node.Ask(node.Produce(lost, NodeBench.Batch("v"))).Responses[0].PartitionResponses[0];
        Assert.Equal(ErrorCode.KafkaStorageError, refused.ErrorCode);
        Assert.Equal(ErrorCode.KafkaStorageError, node.Ask(node.Produce(lost, NodeBench.Batch("v"))).Responses[0].PartitionResponses[0].ErrorCode);

        var told = node.Ask(new DescribeLogDirsRequest { Topics = null }).Results;
        Assert.Equal([("/data", ErrorCode.None), ("/other", ErrorCode.KafkaStorageError)], told.Select(directory => (directory.LogDir, directory.ErrorCode)));
        Assert.Empty(told[1].Topics);
        Assert.Equal(0, node.Append(kept, "v"));
    }

    [Fact]
    public void A_missing_topic_is_created_for_whoever_asks_and_found_when_he_asks_again()
    {
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Ask("t").ErrorCode);

        var topic = Ask("t");

        Assert.Equal((ErrorCode.None, 1), (topic.ErrorCode, topic.Partitions[0].LeaderId));
        Assert.Equal(0, _node.Append("t", "a"));
    }

    [Theory]
    [InlineData(false, "true", "t")]
    [InlineData(true, "false", "t")]
    [InlineData(true, "true", "not/a/topic")]
    public void It_is_not_created_where_that_is_not_wanted_or_cannot_be(bool wanted, string allowed, string name)
    {
        using var node = new NodeBench(properties: ("auto.create.topics.enable", allowed));

        node.Ask(new MetadataRequest { AllowAutoTopicCreation = wanted, Topics = [new MetadataRequest.MetadataRequestTopic { Name = name }] });

        Assert.Null(node.Image.Topics.Find(name));
    }

    [Fact]
    public void All_topics_are_listed_when_none_is_named()
    {
        _node.CreateTopic("a");
        _node.CreateTopic("b", partitions: 3);

        var answer = _node.Ask(new MetadataRequest { Topics = null });

        Assert.Equal([("a", 1), ("b", 3)], answer.Topics.Select(topic => (topic.Name!, topic.Partitions.Count)).Order());
        Assert.Equal(("host", 9092), (answer.Brokers[0].Host, answer.Brokers[0].Port));
    }

    [Fact]
    public void Who_asks_for_one_topic_by_id_gets_answers_to_ids_alone()
    {
        var id = _node.CreateTopic("known");
        _node.CreateTopic("other");

        var topics = _node.Ask(new MetadataRequest
        {
            Topics = [new MetadataRequest.MetadataRequestTopic { Name = "other" }, new MetadataRequest.MetadataRequestTopic { TopicId = id, Name = null }],
        }).Topics;

        Assert.Equal("known", Assert.Single(topics).Name);
    }

    [Fact]
    public void Partitions_are_described_page_by_page()
    {
        _node.CreateTopic("a", partitions: 2);
        _node.CreateTopic("b", partitions: 3);
        var pages = new List<string>();
        DescribeTopicPartitionsRequest.PageCursor? cursor = null;
        do
        {
            var answer = _node.Ask(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 2, Cursor = cursor });
            pages.Add(string.Join(' ', answer.Topics.SelectMany(topic => topic.Partitions.Select(partition => $"{topic.Name}{partition.PartitionIndex}"))));
            cursor = answer.NextCursor is { } next ? new DescribeTopicPartitionsRequest.PageCursor { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex } : null;
        }
        while (cursor is not null);

        Assert.Equal(["a0 a1", "b0 b1", "b2"], pages);
    }

    private MetadataResponse.MetadataResponseTopic Ask(string topic) => _node.Ask(new MetadataRequest
    {
        AllowAutoTopicCreation = true, Topics = [new MetadataRequest.MetadataRequestTopic { Name = topic }],
    }).Topics[0];
}
