using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.FetchResponse.PartitionData;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class FetchTests : IDisposable
{
    private static readonly TimeSpan AlmostTheWait = TimeSpan.FromMilliseconds(499);

    private readonly NodeBench _node = new();
    private readonly Guid _topic;

    public FetchTests() => _topic = _node.CreateTopic("t", partitions: 3);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void What_was_produced_is_read_with_its_marks()
    {
        _node.Append("t", "a", "b");

        var answer = One(_node.Ask(Fetch((0, 0))));

        Assert.Equal(["a", "b"], NodeBench.ValuesOf(answer.Records));
        Assert.Equal((2L, 2L, 0L), (answer.HighWatermark, answer.LastStableOffset, answer.LogStartOffset));
    }

    [Fact]
    public void What_is_not_durable_yet_is_not_read()
    {
        _node.Append("t", "a");
        _node.Start(_node.Produce("t", NodeBench.Batch("b")));

        Assert.Equal(["a"], NodeBench.ValuesOf(One(_node.Start(Fetch((0, 0))).Answer<FetchResponse>()).Records));
    }

    [Fact]
    public void A_fetch_with_nothing_to_read_waits_until_there_is_something()
    {
        var fetch = _node.Start(Fetch((0, 0), (1, 0)));
        Assert.False(fetch.HasEnded);

        _node.Append("t", "a");

        Assert.Equal(["a"], NodeBench.ValuesOf(One(fetch.Answer<FetchResponse>()).Records));
        Assert.Equal(0, _node.Timers.Count);
    }

    [Fact]
    public void A_fetch_waits_for_its_minimum_of_bytes()
    {
        var fetch = _node.Start(Fetch(minBytes: 200, (0, 0)));

        _node.Append("t", "a");
        Assert.False(fetch.HasEnded);

        _node.Append("t", new string('b', 150));
        Assert.True(fetch.HasEnded);
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_not_sent_in_part_and_counts_for_the_minimum_all_the_same()
    {
        _node.Append("t", new string('a', 500));
        _node.Append("t", new string('b', 500));
        var request = Fetch(minBytes: 1000, (0, 0));
        request.Topics[0].Partitions[0].PartitionMaxBytes = 1000;

        var records = One(_node.Start(request).Answer<FetchResponse>()).Records;

        Assert.Equal([new string('a', 500)], NodeBench.ValuesOf(records));
        Assert.InRange(records.Length, 500, 600);
    }

    [Fact]
    public void What_a_cut_off_batch_would_have_taken_is_not_left_to_the_next_partition()
    {
        _node.Append("t", new string('a', 500));
        _node.Append("t", new string('a', 500));
        _node.Ask(_node.Produce("t", NodeBench.Batch("b"), partition: 1));
        var request = Fetch((0, 0), (1, 0));
        request.MaxBytes = 1000;

        Assert.Equal([1, 0], _node.Ask(request).Responses[0].Partitions.Select(answer => NodeBench.ValuesOf(answer.Records).Count));
    }

    [Fact]
    public void A_fetch_is_answered_with_what_there_is_when_its_time_is_up()
    {
        var fetch = _node.Start(Fetch(minBytes: 10_000, (0, 0)));
        _node.Append("t", "a");

        _node.Timers.Advance(AlmostTheWait);
        Assert.False(fetch.HasEnded);

        _node.Timers.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a"], NodeBench.ValuesOf(One(fetch.Answer<FetchResponse>()).Records));
    }

    [Fact]
    public void Who_does_not_want_to_wait_gets_nothing_at_once()
    {
        var request = Fetch((0, 0));
        request.MaxWaitMs = 0;

        Assert.Equal(0, One(_node.Start(request).Answer<FetchResponse>()).Records.Length);
    }

    [Fact]
    public void A_reader_that_has_gone_leaves_no_timer_and_no_watch_behind()
    {
        var fetch = _node.Start(Fetch((0, 0)));

        fetch.Abandon();
        _node.Append("t", "a");

        Assert.False(fetch.HasEnded);
        Assert.Equal(0, _node.Timers.Count);
    }

    [Fact]
    public void A_fetch_that_waits_learns_that_its_topic_is_gone()
    {
        var fetch = _node.Start(Fetch((0, 0)));

        _node.Ask(new DeleteTopicsRequest { TimeoutMs = 1000, Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "t" }] });

        Assert.Equal(ErrorCode.UnknownTopicId, One(fetch.Answer<FetchResponse>()).ErrorCode);
    }

    [Fact]
    public void The_first_batch_is_returned_even_when_it_is_larger_than_every_limit()
    {
        _node.Append("t", new string('a', 1000));
        _node.Append("t", "b");
        var request = Fetch((0, 0));
        request.MaxBytes = 10;
        request.Topics[0].Partitions[0].PartitionMaxBytes = 10;

        Assert.Equal([new string('a', 1000)], NodeBench.ValuesOf(One(_node.Ask(request)).Records));
    }

    [Fact]
    public void Partitions_share_the_limit_of_the_request_in_their_order()
    {
        for (var partition = 0; partition < 3; partition++)
            _node.Ask(_node.Produce("t", NodeBench.Batch(new string('a', 1000)), partition: partition));
        var request = Fetch((2, 0), (0, 0), (1, 0));
        request.MaxBytes = 1500;

        var answers = _node.Ask(request).Responses[0].Partitions;

        Assert.Equal([2, 0, 1], answers.Select(answer => answer.PartitionIndex));
        Assert.Equal([true, false, false], answers.Select(answer => NodeBench.ValuesOf(answer.Records).Count == 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Offsets_that_the_log_does_not_have_are_an_error_at_once(long offset)
    {
        _node.Append("t", "a");

        var answer = One(_node.Start(Fetch((0, offset))).Answer<FetchResponse>());

        Assert.Equal((ErrorCode.OffsetOutOfRange, -1L), (answer.ErrorCode, answer.HighWatermark));
    }

    [Fact]
    public void An_unknown_partition_does_not_hold_up_the_others_data()
    {
        _node.Append("t", "a");

        var answers = _node.Start(Fetch((9, 0), (0, 0))).Answer<FetchResponse>().Responses[0].Partitions;

        Assert.Equal([ErrorCode.None, ErrorCode.UnknownTopicOrPartition], answers.Select(answer => answer.ErrorCode));
        Assert.Equal(["a"], NodeBench.ValuesOf(answers[0].Records));
    }

    [Theory]
    [InlineData(0, ErrorCode.None)]
    [InlineData(-1, ErrorCode.None)]
    [InlineData(1, ErrorCode.UnknownLeaderEpoch)]
    public void A_reader_with_another_leader_epoch_is_told(int epoch, ErrorCode expected)
    {
        _node.Append("t", "a");
        var request = Fetch((0, 0));
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;

        Assert.Equal(expected, One(_node.Ask(request)).ErrorCode);
    }

    [Fact]
    public void After_a_crash_the_leader_epoch_is_a_new_one_and_after_a_clean_stop_it_is_not()
    {
        _node.Stop();
        _node.Dispose();

        var clean = new NodeBench(_node.Disk);
        Assert.Equal(0, clean.Leader("t").LeaderEpoch);
        clean.Disk.KillProcess();

        using var crashed = new NodeBench(_node.Disk);
        Assert.Equal(1, crashed.Leader("t").LeaderEpoch);
    }

    [Fact]
    public void A_reader_whose_records_end_in_another_history_is_told_where_it_parts()
    {
        _node.Append("t", "a", "b");
        var request = Fetch((0, 5));
        request.Topics[0].Partitions[0].LastFetchedEpoch = 0;

        var answer = One(_node.Ask(request));

        Assert.Equal((0, 2L), (answer.DivergingEpoch.Epoch, answer.DivergingEpoch.EndOffset));
    }

    [Fact]
    public void A_partition_named_twice_is_read_once()
    {
        _node.Append("t", "a", "b");
        _node.Append("t", "c");

        Assert.Equal(["c"], NodeBench.ValuesOf(Assert.Single(_node.Ask(Fetch((0, 0), (0, 2))).Responses[0].Partitions).Records));
    }

    [Fact]
    public void A_reader_ahead_of_a_log_without_records_is_told_where_its_epoch_ends()
    {
        var request = Fetch((0, 8));
        request.Topics[0].Partitions[0].LastFetchedEpoch = 0;

        var answer = One(_node.Ask(request));

        Assert.Equal((ErrorCode.None, 0, 0L), (answer.ErrorCode, answer.DivergingEpoch.Epoch, answer.DivergingEpoch.EndOffset));
    }

    [Fact]
    public void What_is_not_here_comes_behind_what_is()
    {
        _node.Append("t", "a");
        var request = Fetch((9, 0), (0, 0));
        request.Topics.Insert(0, new FetchRequest.FetchTopic { TopicId = Guid.NewGuid(), Partitions = [new FetchRequest.FetchPartition()] });

        var answer = _node.Ask(request);

        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownTopicId, ErrorCode.UnknownTopicOrPartition],
            answer.Responses.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode));
    }

    [Fact]
    public void A_negative_limit_is_no_limit_to_read_by()
    {
        _node.Append("t", "a");
        var request = Fetch((0, 0));
        request.Topics[0].Partitions[0].PartitionMaxBytes = -1;

        Assert.Equal(ErrorCode.UnknownServerError, One(_node.Ask(request)).ErrorCode);
    }

    private FetchRequest Fetch(params (int Partition, long Offset)[] partitions) => Fetch(1, partitions);

    private FetchRequest Fetch(int minBytes, params (int Partition, long Offset)[] partitions) => new()
    {
        MaxWaitMs = 500,
        MinBytes = minBytes,
        MaxBytes = 1 << 20,
        SessionEpoch = -1,
        Topics =
        [
            new FetchRequest.FetchTopic
            {
                TopicId = _topic,
                Partitions = [.. partitions.Select(partition => new FetchRequest.FetchPartition
                {
                    Partition = partition.Partition, FetchOffset = partition.Offset, PartitionMaxBytes = 1 << 20,
                })],
            },
        ],
    };

    private static Answer One(FetchResponse response) => response.Responses[0].Partitions[0];
}
