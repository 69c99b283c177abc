using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Tests.Transactions;

public sealed class TransactionTests
{
    private readonly TransactionBench _bench = new();

    [Fact]
    public void A_transaction_is_seen_whole_once_it_commits()
    {
        var producer = Init();
        Assert.Equal(ErrorCode.None, _bench.Add(producer, 0, 1));
        Assert.Equal(ErrorCode.None, _bench.Produce(producer, 0, 1));
        Assert.Equal(ErrorCode.None, _bench.Produce(producer, 1, 2));
        Assert.Empty(_bench.Read(0).Committed);
        Assert.Equal(new ProducerGrant(ErrorCode.None, producer.Id, producer.Epoch), _bench.End(producer, commits: true));
        Assert.Equal([1], _bench.Read(0).Committed);
        Assert.Equal([2], _bench.Read(1).Committed);
        Assert.Equal("CompleteCommit", _bench.State());
    }

    [Fact]
    public void The_newer_protocol_adds_partitions_as_they_are_written_and_gives_a_new_epoch_at_every_end()
    {
        var producer = Init();
        Assert.Equal(ErrorCode.None, _bench.Produce(producer, 0, 1, protocol: 2));
        var next = _bench.End(producer, commits: false, protocol: 2);
        Assert.Equal(new ProducerGrant(ErrorCode.None, producer.Id, 1), next);
        Assert.Equal([1], _bench.Read(0).Aborted);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.Produce(producer, 0, 2, protocol: 2));
    }

    [Fact]
    public void An_end_that_is_asked_for_again_is_answered_the_same_and_the_opposite_is_refused()
    {
        var producer = Init();
        _bench.Produce(producer, 0, 1, protocol: 2);
        var first = _bench.End(producer, commits: true, protocol: 2);
        Assert.Equal(first, _bench.End(producer, commits: true, protocol: 2));
        Assert.Equal(ErrorCode.InvalidTxnState, _bench.End(producer, commits: false, protocol: 2).Error);
        _bench.Node.Fail();
        Assert.Equal(first, _bench.End(producer, commits: true, protocol: 2));
    }

    [Fact]
    public void Nothing_is_complete_before_every_partition_has_its_marker()
    {
        var producer = Init();
        _bench.Add(producer, 0, 1);
        _bench.Produce(producer, 0, 1);
        _bench.MarkerRefusal = ErrorCode.KafkaStorageError;
        Assert.Equal(ErrorCode.None, _bench.End(producer, commits: true).Error);
        _bench.Node.Advance(600_000);
        Assert.Equal("PrepareCommit", _bench.State());
        _bench.Node.Fail();
        Assert.Equal("PrepareCommit", _bench.State());
        _bench.MarkerRefusal = ErrorCode.None;
        _bench.Node.Advance(2_000);
        Assert.Equal("CompleteCommit", _bench.State());
        Assert.Equal([1], _bench.Read(0).Committed);
    }

    [Fact]
    public void A_partition_that_is_deleted_needs_no_marker()
    {
        var producer = Init();
        _bench.Add(producer, 0);
        _bench.MarkerRefusal = ErrorCode.UnknownTopicOrPartition;
        _bench.End(producer, commits: true);
        Assert.Equal("CompleteCommit", _bench.State());
    }

    [Fact]
    public void The_next_transaction_waits_for_the_markers_of_the_one_before()
    {
        var producer = Init();
        _bench.Add(producer, 0);
        _bench.MarkerRefusal = ErrorCode.NotLeaderOrFollower;
        _bench.End(producer, commits: true);
        ErrorCode? added = null;
        _bench.Add(producer, [1], 0, error => added = error);
        Assert.Null(added);
        _bench.MarkerRefusal = ErrorCode.None;
        _bench.Node.Advance(500);
        Assert.Equal(ErrorCode.None, added);
        Assert.Equal("Ongoing", _bench.State());
    }

    [Fact]
    public void Whoever_waits_too_long_for_them_is_told_to_come_again()
    {
        var producer = Init();
        _bench.Add(producer, 0);
        _bench.MarkerRefusal = ErrorCode.NotLeaderOrFollower;
        _bench.End(producer, commits: true);
        ErrorCode? added = null;
        _bench.Add(producer, [1], 0, error => added = error);
        _bench.Node.Advance(5_000);
        Assert.Equal(ErrorCode.ConcurrentTransactions, added);
    }

    [Fact]
    public void A_new_producer_fences_the_old_one_and_aborts_what_it_left_open()
    {
        var zombie = Init();
        _bench.Produce(zombie, 0, 1, protocol: 2);
        Assert.Equal(ErrorCode.ConcurrentTransactions, _bench.Initialise().Error);
        var heir = _bench.Initialise();
        Assert.Equal(ErrorCode.None, heir.Error);
        Assert.Equal([1], _bench.Read(0).Aborted);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.End(zombie, commits: true, protocol: 2).Error);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.End(zombie, commits: false, protocol: 2).Error);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.Produce(zombie, 1, 2, protocol: 2));
    }

    [Fact]
    public void A_transaction_that_is_left_open_is_aborted_after_its_time_even_by_a_coordinator_that_read_of_it()
    {
        var producer = Of(_bench.Initialise(timeout: 5_000));
        _bench.Add(producer, 0);
        _bench.Produce(producer, 0, 1);
        _bench.Node.Advance(3_000);
        _bench.Node.Fail();
        _bench.Node.Advance(1_900);
        Assert.Equal("Ongoing", _bench.State());
        _bench.Node.Advance(200);
        Assert.Equal("CompleteAbort", _bench.State());
        Assert.Equal([1], _bench.Read(0).Aborted);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.End(producer, commits: true).Error);
    }

    [Fact]
    public void A_late_producer_that_gives_up_gets_its_next_epoch_and_one_that_wants_to_commit_learns_that_it_may_not()
    {
        var producer = Of(_bench.Initialise(timeout: 5_000));
        _bench.Produce(producer, 0, 1, protocol: 2);
        _bench.Node.Advance(5_100);
        Assert.Equal("CompleteAbort", _bench.State());
        Assert.NotEqual(ErrorCode.None, _bench.Partitions[0].Append(TransactionBench.Batch(producer, 2), 0, null).Error);
        Assert.Equal(ErrorCode.InvalidTxnState, _bench.End(producer, commits: true, protocol: 2).Error);
        var next = _bench.End(producer, commits: false, protocol: 2);
        Assert.Equal(new ProducerGrant(ErrorCode.None, producer.Id, 1), next);
        Assert.Equal(next, _bench.Initialise(producer));
        Assert.Equal(ErrorCode.None, _bench.Produce(Of(next), 0, 3, protocol: 2));
        Assert.Equal(ErrorCode.ProducerFenced, _bench.End(producer, commits: false, protocol: 2).Error);
    }

    [Fact]
    public void A_late_producer_at_its_last_epoch_gets_another_id()
    {
        var producer = Of(_bench.Initialise(timeout: 5_000));
        for (short epoch = 0; epoch < Transaction.LastEpoch; epoch++)
            producer = Of(_bench.End(producer, commits: false, protocol: 2));

        _bench.Produce(producer, 0, 1, protocol: 2);
        _bench.Node.Advance(5_100);
        Assert.Equal([1], _bench.Read(0).Aborted);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.End(producer, commits: false, protocol: 2).Error);
        var next = _bench.Initialise(producer);
        Assert.Equal((ErrorCode.None, (short)0), (next.Error, next.Epoch));
        Assert.NotEqual(producer.Id, next.ProducerId);
        Assert.Equal(next, _bench.Initialise(producer));
    }

    [Fact]
    public void An_abort_of_nothing_may_come_while_the_markers_of_the_transaction_before_are_on_their_way()
    {
        var producer = Init();
        _bench.Produce(producer, 0, 1, protocol: 2);
        _bench.MarkerRefusal = ErrorCode.NotLeaderOrFollower;
        var next = Of(_bench.End(producer, commits: true, protocol: 2));
        ProducerGrant? aborted = null;
        _bench.End(next, commits: false, protocol: 2, grant => aborted = grant);
        Assert.Null(aborted);
        _bench.MarkerRefusal = ErrorCode.None;
        _bench.Node.Advance(500);
        Assert.Equal(new ProducerGrant(ErrorCode.None, producer.Id, 2), aborted);
        Assert.Equal([1], _bench.Read(0).Committed);
    }

    [Fact]
    public void Nothing_is_complete_while_a_partition_takes_the_coordinator_for_an_old_one()
    {
        var producer = Init();
        _bench.Add(producer, 0);
        _bench.MarkerRefusal = ErrorCode.TransactionCoordinatorFenced;
        _bench.End(producer, commits: true);
        _bench.Node.Advance(60_000);
        Assert.Equal("PrepareCommit", _bench.State());
    }

    [Fact]
    public void A_producer_that_goes_on_after_an_error_keeps_its_id_and_may_ask_twice()
    {
        var producer = Init();
        var next = _bench.Initialise(producer);
        Assert.Equal(new ProducerGrant(ErrorCode.None, producer.Id, 1), next);
        Assert.Equal(next, _bench.Initialise(producer));
        Assert.Equal(ErrorCode.ProducerFenced, _bench.Initialise(new ProducerIdAndEpoch(producer.Id, 7)).Error);
        Assert.Equal(ErrorCode.ProducerFenced, _bench.Initialise(new ProducerIdAndEpoch(producer.Id + 5, 1)).Error);
    }

    [Fact]
    public void A_producer_whose_epochs_are_used_up_gets_another_id_and_may_ask_again_for_the_end_that_gave_it()
    {
        var producer = Init();
        for (short epoch = 0; epoch < Transaction.LastEpoch; epoch++)
            producer = Of(_bench.End(producer, commits: false, protocol: 2));

        Assert.Equal(Transaction.LastEpoch, producer.Epoch);
        _bench.Produce(producer, 0, 1, protocol: 2);
        var next = _bench.End(producer, commits: true, protocol: 2);
        Assert.Equal((short)0, next.Epoch);
        Assert.NotEqual(producer.Id, next.ProducerId);
        Assert.Equal(next, _bench.End(producer, commits: true, protocol: 2));
        Assert.Equal([1], _bench.Read(0).Committed);
        Assert.Equal(ErrorCode.None, _bench.Produce(Of(next), 0, 2, protocol: 2));
    }

    [Fact]
    public void Older_producers_must_say_which_partitions_they_write_to()
    {
        var producer = Init();
        Assert.Equal(ErrorCode.TransactionAbortable, _bench.Produce(producer, 0, 1));
        _bench.Add(producer, 0);
        Assert.Equal(ErrorCode.None, _bench.Produce(producer, 0, 1));
        Assert.Equal(ErrorCode.TransactionAbortable, _bench.Produce(producer, 1, 2));
    }

    [Fact]
    public void Ids_that_nobody_has_used_for_long_are_forgotten()
    {
        var producer = Init();
        _bench.Node.Advance(7 * 24 * 3_600_000);
        _bench.Node.Advance(3_600_000);
        Assert.Equal("TransactionalIdNotFound", _bench.State());
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, _bench.Add(producer, 0));
    }

    private static ProducerIdAndEpoch Of(ProducerGrant grant)
    {
        Assert.Equal(ErrorCode.None, grant.Error);
        return new ProducerIdAndEpoch(grant.ProducerId, grant.Epoch);
    }

    private ProducerIdAndEpoch Init() => Of(_bench.Initialise());
}
