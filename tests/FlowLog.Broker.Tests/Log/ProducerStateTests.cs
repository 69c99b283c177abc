using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Log;

public sealed class ProducerStateTests
{
    [Fact]
    public void A_retry_of_any_of_the_last_five_batches_gets_its_original_offset()
    {
        var bench = new LogBench();
        for (var index = 0; index < 7; index++)
            Assert.Equal(index, Append(bench, 1, 0, index).FirstOffset);

        for (var index = 2; index < 7; index++)
        {
            var retry = Append(bench, 1, 0, index);
            Assert.True(retry is { IsDuplicate: true, Error: ErrorCode.None });
            Assert.Equal(index, retry.FirstOffset);
        }

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 0, 1).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 0, 8).Error);
        Assert.Equal(7, bench.Log.LogEndOffset);
    }

    [Fact]
    public void An_unknown_producer_may_start_anywhere_and_a_new_epoch_at_zero_only()
    {
        var bench = new LogBench();
        Assert.True(Append(bench, 1, 0, 17).IsSuccess);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 1, 18).Error);
        Assert.True(Append(bench, 1, 1, 0).IsSuccess);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(bench, 1, 0, 18).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(bench, 1, 0, 17).Error);
        Assert.True(Append(bench, 1, 9, 0).IsSuccess);
    }

    [Fact]
    public void An_epoch_below_none_is_an_old_one_even_of_an_unknown_producer()
    {
        var bench = new LogBench();
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(bench, 1, -2, 0).Error);
        Assert.True(Append(bench, 1, -1, 0).IsSuccess);
    }

    [Fact]
    public void Sequences_wrap()
    {
        var bench = new LogBench();
        Assert.True(Append(bench, 1, 0, int.MaxValue - 1, "a", "b", "c").IsSuccess);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 0, 2).Error);
        Assert.True(Append(bench, 1, 0, 1).IsSuccess);
        Assert.True(Append(bench, 1, 0, int.MaxValue - 1, "a", "b", "c").IsDuplicate);
    }

    [Fact]
    public void Retries_are_recognised_after_restarts_of_both_kinds()
    {
        foreach (var clean in new[] { true, false })
        {
            var bench = new LogBench();
            for (var index = 0; index < 7; index++)
                Append(bench, 1, 0, index);
            if (clean)
                bench.Log.Close();
            else
                bench.Disk.KillProcess();

            bench.Reopen(clean, recoveryPoint: clean ? 7 : 0);
            for (var index = 2; index < 7; index++)
            {
                var retry = Append(bench, 1, 0, index);
                Assert.True(retry.IsDuplicate);
                Assert.Equal(index, retry.FirstOffset);
            }

            Assert.Equal(7, Append(bench, 1, 0, 7).FirstOffset);
        }
    }

    [Fact]
    public void An_open_transaction_holds_the_last_stable_offset_until_its_marker_is_committed()
    {
        var bench = new LogBench();
        bench.Produce("plain");
        Append(bench, 1, 0, 0, transactional: true);
        Append(bench, 2, 0, 0, transactional: true);
        bench.Log.RaiseHighWatermark(3);
        Assert.Equal((1L, 1L), (bench.Log.FirstUnstableOffset, bench.Log.LastStableOffset));

        End(bench, 1, 0, committed: false);
        Assert.Equal(1, bench.Log.LastStableOffset);
        bench.Log.RaiseHighWatermark(4);
        Assert.Equal(2, bench.Log.LastStableOffset);
        End(bench, 2, 0, committed: true);
        bench.Log.RaiseHighWatermark(5);
        Assert.Equal((null, 5L), (bench.Log.FirstUnstableOffset, bench.Log.LastStableOffset));

        var aborted = Assert.Single(bench.Log.AbortedTransactions(0, 5));
        Assert.Equal((1, 1, 3, 2), (aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, aborted.LastStableOffset));
        Assert.Empty(bench.Log.AbortedTransactions(4, 5));
        Assert.Empty(bench.Log.AbortedTransactions(0, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transactions_are_as_they_were_after_a_restart(bool clean)
    {
        var bench = new LogBench(options: LogOptions.Default with { SegmentBytes = 300 });
        Append(bench, 1, 0, 0, transactional: true);
        Append(bench, 2, 0, 0, transactional: true);
        Append(bench, 2, 0, 1, transactional: true);
        End(bench, 2, 0, committed: false);
        bench.Produce("more", "and more", "so that it rolls", "and rolls");
        bench.Produce("more", "and more", "so that it rolls", "and rolls");
        var end = bench.Log.LogEndOffset;
        if (clean)
            bench.Log.Close();
        else
            bench.Disk.KillProcess();

        bench.Reopen(clean, recoveryPoint: clean ? end : 0);
        Assert.True(bench.Log.SegmentCount > 1);
        bench.Log.RaiseHighWatermark(end);
        Assert.Equal(0, bench.Log.LastStableOffset);
        Assert.Equal(1, Assert.Single(bench.Log.AbortedTransactions(0, end)).FirstOffset);
        End(bench, 1, 0, committed: true);
        bench.Log.RaiseHighWatermark(end + 1);
        Assert.Equal(end + 1, bench.Log.LastStableOffset);
    }

    [Fact]
    public void Markers_of_fenced_coordinators_and_old_epochs_are_refused()
    {
        var bench = new LogBench();
        Append(bench, 1, 5, 0, transactional: true);
        Assert.True(End(bench, 1, 5, committed: true, coordinatorEpoch: 7).IsSuccess);
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced, End(bench, 1, 5, committed: true, coordinatorEpoch: 6).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, End(bench, 1, 4, committed: true, coordinatorEpoch: 7).Error);
    }

    [Fact]
    public void With_the_new_protocol_a_marker_needs_a_higher_epoch_unless_it_is_a_retry()
    {
        var bench = new LogBench();
        Append(bench, 1, 5, 0, transactional: true);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, End(bench, 1, 5, committed: true, bumpsEpoch: true).Error);
        Assert.True(End(bench, 1, 6, committed: true, bumpsEpoch: true).IsSuccess);
        Assert.True(End(bench, 1, 6, committed: true, bumpsEpoch: true).IsSuccess);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(bench, 1, 5, 1, transactional: true).Error);
        Assert.True(Append(bench, 1, 6, 0, transactional: true).IsSuccess);
    }

    [Fact]
    public void A_plain_batch_inside_of_ones_own_transaction_is_refused()
    {
        var bench = new LogBench();
        Append(bench, 1, 0, 0, transactional: true);
        Assert.Equal(ErrorCode.InvalidTxnState, Append(bench, 1, 0, 1).Error);
    }

    [Fact]
    public void Transactional_batches_need_a_guard_that_still_fits()
    {
        var bench = new LogBench();
        bench.Log.RequiresVerification = true;
        Assert.Equal(ErrorCode.InvalidTxnState, Append(bench, 1, 0, 0, transactional: true).Error);
        var guard = bench.Log.BeginVerification(1, 0, 0, isNewProtocol: false);
        Assert.NotNull(guard);
        Assert.True(bench.Log.Append(bench.Batch(1, 0, 0, true, "v"), 0, AppendOrigin.Client, LogBench.Now, guard).IsSuccess);
        Assert.Null(bench.Log.BeginVerification(1, 0, 1, isNewProtocol: false));
        Assert.True(Append(bench, 1, 0, 1, transactional: true).IsSuccess);
        End(bench, 1, 0, committed: false);

        // The answer to a question that was asked before the marker admits nothing after it.
        Assert.Equal(ErrorCode.InvalidTxnState, bench.Log.Append(bench.Batch(1, 0, 2, true, "v"), 0, AppendOrigin.Client, LogBench.Now, guard).Error);
    }

    [Fact]
    public void A_batch_of_the_older_protocol_behind_a_refused_one_of_the_newer_begins_the_producers_history_at_zero_too()
    {
        var bench = new LogBench();
        var newer = bench.Log.BeginVerification(1, 0, 3, isNewProtocol: true);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(bench.Batch(1, 0, 3, true, "v"), 0, AppendOrigin.Client, LogBench.Now, newer).Error);

        var older = bench.Log.BeginVerification(1, 0, 3, isNewProtocol: false);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(bench.Batch(1, 0, 3, true, "v"), 0, AppendOrigin.Client, LogBench.Now, older).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 0, 3).Error);
        Assert.True(bench.Log.Append(bench.Batch(1, 0, 0, true, "v"), 0, AppendOrigin.Client, LogBench.Now, older).IsSuccess);
    }

    [Fact]
    public void While_a_refused_batch_is_asked_about_nothing_comes_in_behind_it_also_of_a_newer_epoch()
    {
        var bench = new LogBench();
        Assert.NotNull(bench.Log.BeginVerification(1, 0, 0, isNewProtocol: false));

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(bench, 1, 1, 1).Error);
        Assert.True(Append(bench, 1, 1, 0).IsSuccess);
    }

    [Fact]
    public void A_fenced_producer_that_still_asks_does_not_stand_in_the_way_of_the_one_that_fenced_it()
    {
        var bench = new LogBench();
        Append(bench, 1, 1, 0, transactional: true);

        Assert.Same(VerificationGuard.OfPastEpoch, bench.Log.BeginVerification(1, 0, 0, isNewProtocol: false));
        Assert.True(Append(bench, 1, 1, 1, transactional: true).IsSuccess);
    }

    [Fact]
    public void With_the_newer_protocol_a_guard_of_the_next_transaction_outlives_the_marker_of_the_former_one()
    {
        var bench = new LogBench();
        Append(bench, 1, 0, 0, transactional: true);
        bench.Log.RequiresVerification = true;
        var next = bench.Log.BeginVerification(1, 1, 0, isNewProtocol: true);
        End(bench, 1, 1, committed: true);

        Assert.True(bench.Log.Append(bench.Batch(1, 1, 0, true, "v"), 0, AppendOrigin.Client, LogBench.Now, next).IsSuccess);
    }

    [Fact]
    public void A_marker_in_a_topic_of_the_brokers_time_has_that_time()
    {
        var bench = new LogBench(options: LogOptions.Default with { UsesLogAppendTime = true });
        Append(bench, 1, 0, 0, transactional: true);
        End(bench, 1, 0, committed: true);

        var region = bench.Log.Read(1, 1000, 2, atLeastOneBatch: true).Region!;
        var bytes = new byte[region.Length];
        region.CopyTo(bytes);
        var batches = new BatchReader(bytes);

        Assert.True(batches.MoveNext() && batches.Header.IsControl && batches.Header.IsLogAppendTime);
        Assert.Equal(LogBench.Now, batches.Header.MaxTimestamp);
        Assert.True(RecordBatch.HasValidCrc(batches.Batch));
    }

    [Fact]
    public void The_largest_time_is_not_told_of_a_record_that_has_another()
    {
        var bench = new LogBench();
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { LogAppendTime = LogBench.Now });
        builder.Append(LogBench.Now + 5, "key"u8, "value"u8);
        Assert.True(bench.Log.Append(builder.Finish().ToArray(), 0, AppendOrigin.Client, LogBench.Now).IsSuccess);

        Assert.False(bench.Log.FindMaxTimestamp(1).IsFound);
    }

    [Fact]
    public void Silent_producers_are_forgotten_but_never_with_an_open_transaction()
    {
        var bench = new LogBench();
        Append(bench, 1, 0, 0);
        Append(bench, 2, 0, 0, transactional: true);
        bench.Log.ExpireProducers(LogBench.Now + 3_600_000L);
        Assert.Equal([2L], bench.Log.Producers().Select(producer => producer.ProducerId));
    }

    private static AppendOutcome Append(LogBench bench, long id, short epoch, int sequence, params string[] values) =>
        bench.Log.Append(bench.Batch(id, epoch, sequence, false, values.Length == 0 ? ["v"] : values), 0, AppendOrigin.Client, LogBench.Now);

    private static AppendOutcome Append(LogBench bench, long id, short epoch, int sequence, bool transactional) =>
        bench.Log.Append(bench.Batch(id, epoch, sequence, transactional, "v"), 0, AppendOrigin.Client, LogBench.Now);

    private static AppendOutcome End(LogBench bench, long id, short epoch, bool committed, int coordinatorEpoch = 0, bool bumpsEpoch = false) =>
        bench.Log.Append(
            new EndTransactionMarker(committed, coordinatorEpoch).ToBatch(id, epoch, LogBench.Now, 0), 0, AppendOrigin.Coordinator, LogBench.Now, markersBumpEpoch: bumpsEpoch);
}
