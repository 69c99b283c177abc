using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class OffsetsTests : IDisposable
{
    private readonly NodeBench _node = new();

    public OffsetsTests()
    {
        _node.CreateTopic("t");
        _node.CreateTopic("compacted", 1, ("cleanup.policy", "compact"));
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void The_first_the_last_and_the_offset_of_a_time_are_found()
    {
        _node.Append("t", "a", "b");

        Assert.Equal(2, Offset(-1));
        Assert.Equal(0, Offset(-2));
        Assert.Equal(0, Offset(NodeBench.Now.ToUnixTimeMilliseconds()));
        Assert.Equal(-1, Offset(NodeBench.Now.ToUnixTimeMilliseconds() + 1));
    }

    [Fact]
    public void The_last_offset_is_that_of_what_may_be_read()
    {
        _node.Append("t", "a");
        _node.Start(_node.Produce("t", NodeBench.Batch("b")));

        Assert.Equal(1, _node.Start(List(-1)).Answer<ListOffsetsResponse>().Topics[0].Partitions[0].Offset);
    }

    [Fact]
    public void A_special_time_that_the_version_does_not_know_is_refused()
    {
        var answer = _node.Ask(List(-3), version: 6).Topics[0].Partitions[0];

        Assert.Equal(ErrorCode.UnsupportedVersion, answer.ErrorCode);
    }

    [Fact]
    public void Deleted_records_stay_deleted_in_the_next_life()
    {
        _node.Append("t", "a", "b", "c");

        Assert.Equal((ErrorCode.None, 2L), Delete("t", 2));
        _node.Disk.CutPower();

        using var next = new NodeBench(_node.Disk);
        Assert.Equal((2L, 3L), (next.Leader("t").Log.LogStartOffset, next.Leader("t").Log.LogEndOffset));
    }

    [Theory]
    [InlineData("t", 4, ErrorCode.OffsetOutOfRange)]
    [InlineData("t", -2, ErrorCode.OffsetOutOfRange)]
    [InlineData("compacted", 0, ErrorCode.PolicyViolation)]
    [InlineData("nowhere", 0, ErrorCode.UnknownTopicOrPartition)]
    public void Records_that_cannot_be_deleted_stay(string topic, long offset, ErrorCode expected)
    {
        _node.Append("t", "a", "b", "c");

        Assert.Equal((expected, -1L), Delete(topic, offset));
        Assert.Equal(0, _node.Leader("t").Log.LogStartOffset);
    }

    [Fact]
    public void The_end_of_an_epoch_is_told()
    {
        _node.Append("t", "a", "b");

        var answer = _node.Ask(new OffsetForLeaderEpochRequest
        {
            Topics =
            [
                new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                {
                    Topic = "t",
                    Partitions = [new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { Partition = 0, CurrentLeaderEpoch = 0, LeaderEpoch = 0 }],
                },
            ],
        }).Topics[0].Partitions[0];

        Assert.Equal((0, 2L), (answer.LeaderEpoch, answer.EndOffset));
    }

    [Fact]
    public void A_partition_asked_for_twice_gets_one_answer_which_is_a_refusal()
    {
        var request = List(-1);
        request.Topics.Add(List(-2).Topics[0]);

        var answer = Assert.Single(Assert.Single(_node.Ask(request).Topics).Partitions);

        Assert.Equal(ErrorCode.InvalidRequest, answer.ErrorCode);
    }

    [Fact]
    public void Of_two_offsets_to_delete_up_to_the_last_counts()
    {
        _node.Append("t", "a", "b", "c");

        var answer = _node.Ask(new DeleteRecordsRequest { TimeoutMs = 1000, Topics = [UpTo(2), UpTo(1)] });

        Assert.Equal(1, Assert.Single(Assert.Single(answer.Topics).Partitions).LowWatermark);

        static DeleteRecordsRequest.DeleteRecordsTopic UpTo(long offset) =>
            new() { Name = "t", Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { Offset = offset }] };
    }

    private static ListOffsetsRequest List(long timestamp) => new()
    {
        ReplicaId = -1,
        Topics =
        [
            new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = "t",
                Partitions = [new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = 0, Timestamp = timestamp }],
            },
        ],
    };

    private long Offset(long timestamp) => _node.Ask(List(timestamp)).Topics[0].Partitions[0].Offset;

    private (ErrorCode Error, long LowWatermark) Delete(string topic, long offset)
    {
        var answer = _node.Ask(new DeleteRecordsRequest
        {
            Topics =
            [
                new DeleteRecordsRequest.DeleteRecordsTopic
                {
                    Name = topic,
                    Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 0, Offset = offset }],
                },
            ],
        }).Topics[0].Partitions[0];
        return (answer.ErrorCode, answer.LowWatermark);
    }
}
