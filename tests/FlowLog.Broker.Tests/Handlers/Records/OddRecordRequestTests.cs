using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Handlers.Records;

/// <summary>Odd requests for records, with the answers that Apache Kafka gives.</summary>
public sealed class OddRecordRequestTests : IDisposable
{
    private readonly NodeBench _node = new();

    public OddRecordRequestTests()
    {
        _node.CreateTopic("t", partitions: 2);
        _node.CreateTopic("u");
        _node.Append("t", "a");
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_topic_that_comes_twice_in_one_request_is_one_topic_and_its_last_batch_counts()
    {
        var request = _node.Produce("t", NodeBench.Batch("lost"));
        request.TopicData.Add(_node.Produce("t", NodeBench.Batch("kept"), partition: 0).TopicData[0]);
        request.TopicData.Add(_node.Produce("t", NodeBench.Batch("other"), partition: 1).TopicData[0]);

        var answer = Assert.Single(_node.Ask(request).Responses);

        Assert.Equal([(0, 1L), (1, 0L)], answer.PartitionResponses.Select(partition => (partition.Index, partition.BaseOffset)));
        Assert.Equal(2, _node.Leader("t").HighWatermark);
    }

    [Fact]
    public void Bytes_that_are_no_batch_cost_the_whole_request_wherever_they_were_to_go()
    {
        var garbage = NodeBench.Batch("b");
        garbage[RecordBatch.MagicAt] = 3;
        var request = _node.Produce("t", NodeBench.Batch("a"));
        request.TopicData.Add(_node.Produce("u", garbage, partition: 0).TopicData[0]);

        var answers = _node.Ask(request).Responses.SelectMany(topic => topic.PartitionResponses);

        Assert.All(answers, answer => Assert.Equal(ErrorCode.CorruptMessage, answer.ErrorCode));
        Assert.Equal(1, _node.Leader("t").HighWatermark);
    }

    [Theory]
    [InlineData(-1, ErrorCode.None)]
    [InlineData(0, ErrorCode.None)]
    [InlineData(-2, ErrorCode.FencedLeaderEpoch)]
    [InlineData(1, ErrorCode.UnknownLeaderEpoch)]
    public void Offsets_are_told_to_whoever_knows_the_epoch_or_none(int epoch, ErrorCode expected) => Assert.Equal(expected, Offsets(epoch).Topics[0].Partitions[0].ErrorCode);

    [Fact]
    public void An_isolation_level_that_nobody_knows_fails_every_partition_of_a_look_up() =>
        Assert.Equal(ErrorCode.UnknownServerError, Offsets(epoch: -1, isolation: 2).Topics[0].Partitions[0].ErrorCode);

    [Fact]
    public void A_topic_of_which_nothing_is_asked_is_not_in_the_answer()
    {
        Assert.Empty(_node.Ask(new ListOffsetsRequest { Topics = [new() { Name = "t" }] }).Topics);
        Assert.Empty(_node.Ask(new DeleteRecordsRequest { Topics = [new() { Name = "t" }] }).Topics);
    }

    [Theory]
    [InlineData(0, 0, ErrorCode.UnknownServerError)]
    [InlineData(9, 0, ErrorCode.None)]
    public void An_isolation_level_that_nobody_knows_matters_where_there_is_something_to_read(int partition, int session, ErrorCode expected) =>
        Assert.Equal(expected, Fetch(partition, session, isolation: 2).ErrorCode);

    [Theory]
    [InlineData(int.MaxValue, true)]
    [InlineData(2_147_483_640, true)]
    [InlineData(2_147_483_639, false)]
    [InlineData(-268_435_454, false)]
    [InlineData(-268_435_455, true)]
    [InlineData(int.MinValue, true)]
    public void A_session_that_cannot_be_is_an_error_with_its_own_id(int session, bool isImpossible)
    {
        var answer = Fetch(partition: 0, session, isolation: 0);

        Assert.Equal(isImpossible ? (ErrorCode.UnknownServerError, session) : (ErrorCode.None, 0), (answer.ErrorCode, answer.SessionId));
    }

    private FetchResponse Fetch(int partition, int session, sbyte isolation) => _node.Ask(new FetchRequest
    {
        SessionId = session,
        SessionEpoch = -1,
        IsolationLevel = isolation,
        Topics = [new() { TopicId = _node.Image.Topics.Find("t")!.Id, Partitions = [new() { Partition = partition, PartitionMaxBytes = 1000 }] }],
    });

    private ListOffsetsResponse Offsets(int epoch, sbyte isolation = 0) => _node.Ask(new ListOffsetsRequest
    {
        ReplicaId = -1, IsolationLevel = isolation, Topics = [new() { Name = "t", Partitions = [new() { CurrentLeaderEpoch = epoch, Timestamp = -1 }] }],
    });
}
