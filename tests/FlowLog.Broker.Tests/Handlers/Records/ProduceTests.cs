using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Testing.Simulation.Disk;
using Answer = FlowLog.Protocol.Messages.ProduceResponse.PartitionProduceResponse;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class ProduceTests : IDisposable
{
    private readonly NodeBench _node = new();

    public ProduceTests() => _node.CreateTopic("t", partitions: 2);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void With_acks_all_neither_the_answer_nor_the_records_are_there_before_the_sync()
    {
        var produce = _node.Start(_node.Produce("t", NodeBench.Batch("a")));

        Assert.False(produce.HasEnded);
        Assert.Equal(0, _node.Leader("t").HighWatermark);

        _node.Sync();
        Assert.Equal(0, One(produce.Answer<ProduceResponse>()).BaseOffset);
        Assert.Equal(1, _node.Leader("t").HighWatermark);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(13)]
    public void A_batch_of_an_epoch_that_is_over_is_refused_for_that_whatever_transaction_it_names(short version)
    {
        _node.Ask(_node.Produce("t", NodeBench.Batch(new BatchSettings { ProducerId = 7, ProducerEpoch = 5, BaseSequence = 0 }, "a")));
        var request = _node.Produce("t", NodeBench.Batch(new BatchSettings { ProducerId = 7, ProducerEpoch = 4, BaseSequence = 0, IsTransactional = true }, "b"));
        request.TransactionalId = "of-nobody";

        var answer = One(_node.Ask(request, version));

        Assert.Equal((ErrorCode.InvalidProducerEpoch, -1, -1), (answer.ErrorCode, answer.BaseOffset, answer.LogStartOffset));
    }

    [Fact]
    public void With_acks_1_both_are_there_at_once()
    {
        var produce = _node.Start(_node.Produce("t", NodeBench.Batch("a"), acks: 1));

        Assert.Equal(0, One(produce.Answer<ProduceResponse>()).BaseOffset);
        Assert.Equal(1, _node.Leader("t").HighWatermark);
    }

    [Fact]
    public void With_durability_page_cache_nobody_waits_for_the_device()
    {
        using var node = new NodeBench(properties: ("durability", "page-cache"));
        node.CreateTopic("t");

        var produce = node.Start(node.Produce("t", NodeBench.Batch("a")));

        Assert.True(produce.HasEnded);
        Assert.Equal(1, node.Leader("t").HighWatermark);
    }

    [Fact]
    public void With_acks_0_success_has_no_answer_and_failure_closes_the_connection()
    {
        var good = _node.Start(_node.Produce("t", NodeBench.Batch("a"), acks: 0));
        var bad = _node.Start(_node.Produce("t", NodeBench.Batch("a"), acks: 0, partition: 7));

        Assert.True(good.HasEnded && good.Response is null && !good.WasClosed);
        Assert.True(bad.WasClosed);
    }

    [Fact]
    public void One_sync_answers_everybody_who_waits()
    {
        _node.Append("t", "the first sync also brings the names of the files to the device");
        var waiting = Enumerable.Range(0, 5).Select(_ => _node.Start(_node.Produce("t", NodeBench.Batch("a")))).ToList();
        var before = _node.Disk.Syncs;

        _node.Sync();

        Assert.Equal(1, _node.Disk.Syncs - before);
        Assert.Equal([1L, 2, 3, 4, 5], waiting.Select(produce => One(produce.Answer<ProduceResponse>()).BaseOffset));
    }

    [Fact]
    public void An_answer_waits_for_all_of_its_partitions_and_tells_the_errors_of_each()
    {
        var request = _node.Produce("t", NodeBench.Batch("a"));
        request.TopicData[0].PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = 1, Records = NodeBench.Batch("b", "c") });
        request.TopicData[0].PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = 2, Records = NodeBench.Batch("d") });

        var answers = _node.Ask(request).Responses[0].PartitionResponses;

        Assert.Equal([ErrorCode.None, ErrorCode.None, ErrorCode.UnknownTopicOrPartition], answers.Select(answer => answer.ErrorCode));
        Assert.Equal([0L, 0, -1], answers.Select(answer => answer.BaseOffset));
    }

    [Fact]
    public void Of_a_partition_that_comes_twice_the_last_batch_counts()
    {
        var request = _node.Produce("t", NodeBench.Batch("a"));
        request.TopicData[0].PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = 0, Records = NodeBench.Batch("b", "c") });

        Assert.Single(_node.Ask(request).Responses[0].PartitionResponses);
        Assert.Equal(2, _node.Leader("t").Log.LogEndOffset);
    }

    [Fact]
    public void When_the_device_fails_nobody_is_told_that_his_records_are_safe()
    {
        var produce = _node.Start(_node.Produce("t", NodeBench.Batch("a")));
        _node.Disk.FailNext(DiskOperation.Sync, pathContains: "t-0");

        _node.Sync();

        Assert.Equal(ErrorCode.KafkaStorageError, One(produce.Answer<ProduceResponse>()).ErrorCode);
        Assert.Equal(0, _node.Leader("t").HighWatermark);
    }

    [Fact]
    public void Who_waits_when_the_topic_is_deleted_learns_it()
    {
        var produce = _node.Start(_node.Produce("t", NodeBench.Batch("a")));

        _node.Start(new DeleteTopicsRequest { TimeoutMs = 1000, Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "t" }] });
        _node.Controller.HandleSubmitted();

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, One(produce.Answer<ProduceResponse>()).ErrorCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void Acks_that_nobody_knows_are_refused(short acks) =>
        Assert.Equal(ErrorCode.InvalidRequiredAcks, One(_node.Ask(_node.Produce("t", NodeBench.Batch("a"), acks))).ErrorCode);

    [Fact]
    public void Internal_topics_take_records_from_the_admin_client_only()
    {
        _node.CreateTopic("__consumer_offsets");
        var request = _node.Produce("__consumer_offsets", NodeBench.Batch("a"));

        Assert.Equal(ErrorCode.InvalidTopic, One(_node.Ask(request)).ErrorCode);
        Assert.Equal(ErrorCode.None, One(_node.Ask(request, clientId: "__admin_client")).ErrorCode);
    }

    [Fact]
    public void A_repeated_batch_of_an_idempotent_producer_gets_the_answer_of_the_first()
    {
        var id = _node.Ask(new InitProducerIdRequest { TransactionalId = null }).ProducerId;
        byte[] Batch() => NodeBench.Batch(new BatchSettings { ProducerId = id, ProducerEpoch = 0, BaseSequence = 0 }, "a", "b");

        var first = One(_node.Ask(_node.Produce("t", Batch())));
        var again = One(_node.Ask(_node.Produce("t", Batch())));

        Assert.Equal((ErrorCode.None, first.BaseOffset), (again.ErrorCode, again.BaseOffset));
        Assert.Equal(2, _node.Leader("t").Log.LogEndOffset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gap_in_the_sequence_is_refused_also_by_the_next_life(bool stopsCleanly)
    {
        byte[] Batch(int sequence) => NodeBench.Batch(new BatchSettings { ProducerId = 4, ProducerEpoch = 0, BaseSequence = sequence }, "a", "b");
        for (var sequence = 0; sequence < 10; sequence += 2)
            Assert.Equal(ErrorCode.None, One(_node.Ask(_node.Produce("t", Batch(sequence)))).ErrorCode);
        if (stopsCleanly)
            _node.Stop();
        _node.Disk.KillProcess();

        using var next = new NodeBench(_node.Disk);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, One(next.Ask(next.Produce("t", Batch(12)))).ErrorCode);
        Assert.Equal(8, One(next.Ask(next.Produce("t", Batch(8)))).BaseOffset);
        Assert.Equal(10, One(next.Ask(next.Produce("t", Batch(10)))).BaseOffset);
    }

    [Fact]
    public void Who_is_refused_because_the_disk_is_nearly_full_is_told_so()
    {
        _node.Disk.Capacity = 16 * 1024 * 1024;

        var answer = One(_node.Ask(_node.Produce("t", NodeBench.Batch(new BatchSettings(), "a"))));

        Assert.Equal(ErrorCode.KafkaStorageError, answer.ErrorCode);
        Assert.Contains("nearly full", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Producer_ids_are_never_given_twice_not_even_by_the_next_life()
    {
        var seen = new HashSet<long>();
        for (var i = 0; i < 2500; i++)
            Assert.True(seen.Add(_node.Ask(new InitProducerIdRequest { TransactionalId = null }).ProducerId));
        _node.Stop();
        _node.Dispose();

        using var next = new NodeBench(_node.Disk);
        Assert.True(seen.Add(next.Ask(new InitProducerIdRequest { TransactionalId = null }).ProducerId));
    }

    [Fact]
    public void Batches_of_a_transaction_without_its_id_stop_the_whole_request()
    {
        var request = _node.Produce("t", NodeBench.Batch("a"));
        var settings = new BatchSettings { IsTransactional = true, ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0 };
        request.TopicData[0].PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = 1, Records = NodeBench.Batch(settings, "b") });

        var answers = _node.Ask(request).Responses[0].PartitionResponses;

        Assert.All(answers, answer => Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, answer.ErrorCode));
        Assert.Equal(0, _node.Leader("t").Log.LogEndOffset);
    }

    [Fact]
    public void Garbage_does_not_read_as_a_transaction()
    {
        var garbage = new byte[100];
        garbage.AsSpan().Fill((byte)'z');

        Assert.Equal(ErrorCode.CorruptMessage, One(_node.Ask(_node.Produce("t", garbage))).ErrorCode);
    }

    [Fact]
    public void A_partition_that_is_not_there_counts_more_than_acks_that_do_not_exist()
    {
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, One(_node.Ask(_node.Produce("t", NodeBench.Batch("a"), acks: 2, partition: 7))).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequiredAcks, One(_node.Ask(_node.Produce("t", NodeBench.Batch("a"), acks: 2))).ErrorCode);
    }

    [Fact]
    public void Every_record_that_claims_append_time_is_named_where_the_topic_gives_it()
    {
        _node.CreateTopic("stamped", 1, ("message.timestamp.type", "LogAppendTime"));
        var batch = NodeBench.Batch("a", "b");
        RecordBatch.PatchMaxTimestamp(batch, logAppendTime: true, 5);

        var answer = One(_node.Ask(_node.Produce("stamped", batch)));

        Assert.Equal(ErrorCode.InvalidTimestamp, answer.ErrorCode);
        Assert.Equal([0, 1], answer.RecordErrors.Select(record => record.BatchIndex));
    }

    private static Answer One(ProduceResponse response) => response.Responses[0].PartitionResponses[0];
}
