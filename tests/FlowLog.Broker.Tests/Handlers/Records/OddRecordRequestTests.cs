using System.Buffers.Binary;
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

    [Fact]
    public void Bytes_behind_a_first_batch_that_are_no_batch_cost_their_partition()
    {
        var garbage = NodeBench.Batch("c");
        garbage[RecordBatch.MagicAt] = 3;
        var request = _node.Produce("t", NodeBench.Batch("a"));
        request.TopicData.Add(_node.Produce("u", [.. NodeBench.Batch("b"), .. garbage]).TopicData[0]);

        var answers = _node.Ask(request).Responses.ConvertAll(topic => topic.PartitionResponses[0]);

        Assert.Equal([(ErrorCode.None, null), (ErrorCode.CorruptMessage, null)], answers.Select(answer => (answer.ErrorCode, answer.ErrorMessage)));
    }

    [Theory]
    [InlineData(int.MaxValue, ErrorCode.UnknownServerError, ErrorCode.UnknownServerError)]
    [InlineData(int.MaxValue - 12, ErrorCode.InvalidRecord, ErrorCode.None)]
    [InlineData(13, ErrorCode.CorruptMessage, ErrorCode.CorruptMessage)]
    public void A_length_beyond_all_numbers_costs_the_whole_request(int length, ErrorCode expected, ErrorCode expectedOfOthers)
    {
        var odd = NodeBench.Batch("odd");
        BinaryPrimitives.WriteInt32BigEndian(odd.AsSpan(RecordBatch.LengthAt), length);

        Assert.Equal((expected, expectedOfOthers), TogetherWithAGoodOne(odd));
    }

    [Theory]
    [InlineData(27, ErrorCode.UnknownServerError, ErrorCode.UnknownServerError)]
    [InlineData(51, ErrorCode.CorruptMessage, ErrorCode.None)]
    public void A_batch_that_does_not_say_whose_it_is_costs_the_whole_request(int size, ErrorCode expected, ErrorCode expectedOfOthers)
    {
        var odd = NodeBench.Batch("odd")[..size];
        BinaryPrimitives.WriteInt32BigEndian(odd.AsSpan(RecordBatch.LengthAt), size - RecordBatch.LengthOverhead);

        Assert.Equal((expected, expectedOfOthers), TogetherWithAGoodOne(odd));
    }

    [Theory]
    [InlineData(6, ErrorCode.UnknownServerError)]
    [InlineData(7, ErrorCode.None)]
    public void A_codec_that_does_not_exist_costs_the_whole_request_where_zstd_is_too_new(short version, ErrorCode expectedOfOthers)
    {
        const int AttributesAt = 21;
        var odd = NodeBench.Batch("odd");
        odd[AttributesAt + 1] = 5;
        RecordBatch.PatchCrc(odd);

        Assert.Equal((ErrorCode.UnknownServerError, expectedOfOthers), TogetherWithAGoodOne(odd, version));
    }

    [Fact]
    public void Of_a_partition_that_comes_twice_the_batch_is_stored_and_what_is_none_is_answered()
    {
        var request = _node.Produce("u", [.. NodeBench.Batch("two"), .. NodeBench.Batch("batches")]);
        request.TopicData.Add(_node.Produce("u", NodeBench.Batch("stored")).TopicData[0]);

        var answer = Assert.Single(Assert.Single(_node.Ask(request).Responses).PartitionResponses);

        Assert.Equal(ErrorCode.InvalidRecord, answer.ErrorCode);
        Assert.Equal(1, _node.Leader("u").HighWatermark);
    }

    [Fact]
    public void What_was_refused_with_the_rest_of_a_batch_behind_it_is_told_where_the_log_starts()
    {
        var odd = NodeBench.Batch(new BatchSettings { ProducerId = 5 }, "v");

        var answer = _node.Ask(_node.Produce("u", [.. odd, 0, 0])).Responses[0].PartitionResponses[0];

        Assert.Equal((ErrorCode.InvalidRecord, 0), (answer.ErrorCode, answer.LogStartOffset));
    }

    [Theory]
    [InlineData(0, ErrorCode.UnknownLeaderEpoch)]
    [InlineData(-1, ErrorCode.NotLeaderOrFollower)]
    [InlineData(1, ErrorCode.UnknownLeaderEpoch)]
    public void A_broker_without_a_replica_here_may_be_too_early(int epoch, ErrorCode expected) =>
        Assert.Equal(expected, Fetch(replica: 2, ("t", 0, epoch)).Responses[0].Partitions[0].ErrorCode);

    [Theory]
    [InlineData(-1, new[] { ErrorCode.UnknownTopicId, ErrorCode.UnknownTopicOrPartition })]
    [InlineData(2, new[] { ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicId })]
    public void What_a_broker_asks_for_and_is_not_here_keeps_its_order(int replica, ErrorCode[] expected) =>
        Assert.Equal(expected, Fetch(replica, ("t", 9, -1), ("no", 0, -1)).Responses.Select(topic => topic.Partitions[0].ErrorCode));

    [Fact]
    public void An_id_of_zeros_costs_the_whole_fetch_unless_it_comes_last()
    {
        Assert.Equal((ErrorCode.UnknownServerError, 0), Outcome(Fetch(-1, ("", 0, -1), ("", 1, -1))));
        Assert.Equal((ErrorCode.None, 2), Outcome(Fetch(-1, ("", 0, -1), ("t", 0, -1))));

        static (ErrorCode Error, int Topics) Outcome(FetchResponse answer) => (answer.ErrorCode, answer.Responses.Count);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(-3, true)]
    public void From_a_replica_that_moves_nothing_is_kept(int replica, bool seesAll)
    {
        var request = Request(replica, ("t", 0, -1));
        request.IsolationLevel = 1;

        Assert.Equal(seesAll, _node.Ask(request).Responses[0].Partitions[0].AbortedTransactions is null);
    }

    [Theory]
    [InlineData(-1, -1, -1)]
    [InlineData(-2, -2, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(5, -1, -1)]
    public void An_epoch_before_all_others_ends_where_the_first_begins(int epoch, int expected, long expectedEnd)
    {
        var answer = Epoch(known: -1, epoch);

        Assert.Equal((ErrorCode.None, expected, expectedEnd), (answer.ErrorCode, answer.LeaderEpoch, answer.EndOffset));
    }

    [Fact]
    public void To_whoever_asks_for_epochs_one_below_none_is_an_old_one() => Assert.Equal(ErrorCode.FencedLeaderEpoch, Epoch(known: -2, 0).ErrorCode);

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

    private (ErrorCode Odd, ErrorCode Good) TogetherWithAGoodOne(byte[] odd, short version = 12)
    {
        var request = _node.Produce("t", odd, partition: 1);
        request.TopicData.Add(_node.Produce("u", NodeBench.Batch("good")).TopicData[0]);
        var answers = _node.Ask(request, version).Responses.ConvertAll(topic => topic.PartitionResponses[0].ErrorCode);
        return (answers[0], answers[1]);
    }

    private OffsetForLeaderEpochResponse.EpochEndOffset Epoch(int known, int epoch) => _node.Ask(new OffsetForLeaderEpochRequest
    {
        ReplicaId = -1, Topics = [new() { Topic = "t", Partitions = [new() { CurrentLeaderEpoch = known, LeaderEpoch = epoch }] }],
    }).Topics[0].Partitions[0];

    private FetchResponse Fetch(int replica, params (string Topic, int Partition, int Epoch)[] asked) => _node.Ask(Request(replica, asked));

    private FetchRequest Request(int replica, params (string Topic, int Partition, int Epoch)[] asked) => new()
    {
        ReplicaState = new() { ReplicaId = replica },
        SessionEpoch = -1,
        Topics = [.. asked.Select(one => new FetchRequest.FetchTopic
        {
            TopicId = one.Topic == "no" ? new Guid(1, 2, 3, new byte[8]) : _node.Image.Topics.Find(one.Topic)?.Id ?? Guid.Empty,
            Partitions = [new() { Partition = one.Partition, CurrentLeaderEpoch = one.Epoch, PartitionMaxBytes = 1000 }],
        })],
    };

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
