using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>
/// Brings batches into a log: refuses or recognises them, stamps them, writes them, and lets producers, transactions and epochs follow.
/// An append that fails changes nothing. Under the log's lock.
/// </summary>
internal sealed class LogAppender(LogState log, SegmentRoller roller)
{
    /// <summary>Whether a transactional batch of a client needs an open transaction or a <see cref="VerificationGuard"/>.</summary>
    public bool RequiresVerification { get; set; }

    /// <summary>See <see cref="PartitionLog.Append"/>.</summary>
    public AppendOutcome Append(
        Memory<byte> batches, int leaderEpoch, AppendOrigin origin, LogOptions options, long now, VerificationGuard? guard, bool markersBumpEpoch)
    {
        if (origin == AppendOrigin.Client && Settle(batches.Span, guard) is { } settled)
            return settled;

        if (origin == AppendOrigin.Coordinator && options.UsesLogAppendTime)
            StampTimes(batches.Span, now);

        var plan = new AppendPlan(log.Producers, log.End, leaderEpoch, origin, guard, markersBumpEpoch);
        return plan.TryStamp(ref batches, out var refused) ? Write(batches, plan, options, now) : refused;
    }

    /// <summary>What a client's batch is answered with without being appended: a retry with its original, a refusal; null otherwise.</summary>
    private AppendOutcome? Settle(ReadOnlySpan<byte> batch, VerificationGuard? guard)
    {
        BatchHeader.TryRead(batch, out var header);
        if (!header.HasProducerId)
            return null;

        if (log.Producers.TryFindDuplicate(header, out var original))
        {
            return new AppendOutcome
            {
                FirstOffset = original.FirstOffset,
                LastOffset = original.LastOffset,
                LogAppendTime = original.Timestamp,
                LogStartOffset = log.Start,
                IsDuplicate = true,
            };
        }

        var refusal = log.Producers.Check(header, AppendOrigin.Client);
        if (refusal.IsRefused)
            return AppendOutcome.Refused(refusal.Error, refusal.Message!);

        return RequiresVerification && !log.Producers.IsVerified(header, guard)
            ? AppendOutcome.Refused(ErrorCode.InvalidTxnState, "Record was not part of an ongoing transaction")
            : null;
    }

    /// <summary>Markers that a coordinator writes into a topic of the broker's time have it too.</summary>
    private static void StampTimes(Span<byte> run, long now)
    {
        while (BatchHeader.TryRead(run, out var header) && header.IsPlausible && header.TotalSize <= run.Length)
        {
            RecordBatch.PatchMaxTimestamp(run[..(int)header.TotalSize], logAppendTime: true, now);
            run = run[(int)header.TotalSize..];
        }
    }

    private AppendOutcome Write(Memory<byte> batches, in AppendPlan plan, LogOptions options, long now)
    {
        try
        {
            if (log.Segments.Active.MustRollFor(options, batches.Length, plan.LargestTimestamp, plan.LastOffset, now))
                roller.Roll(plan.FirstOffset, now);

            log.Segments.Active.Append(batches.Span, options.IndexIntervalBytes);
        }
        catch (DiskException failure)
        {
            // A full device may have room again; after any other failure what was written before is in doubt too.
            if (failure.IsFull)
                log.Environment.Log.AppendTakenBack(log.Partition, failure.Message);
            else
                log.Directory.Fail(failure);

            return AppendOutcome.Refused(ErrorCode.KafkaStorageError, failure.Message);
        }

        Apply(batches.Span);
        log.Appended(batches.Length, plan.LastOffset + 1);
        return new AppendOutcome
        {
            FirstOffset = plan.FirstOffset,
            LastOffset = plan.LastOffset,
            LogAppendTime = options.UsesLogAppendTime ? now : -1,
            LogStartOffset = log.Start,
        };
    }

    private void Apply(ReadOnlySpan<byte> run)
    {
        var changesStability = false;
        var batches = new BatchReader(run);
        while (batches.MoveNext())
        {
            var header = batches.Header;
            log.Epochs.Assign(header.LeaderEpoch, header.BaseOffset);
            if (!header.HasProducerId)
                continue;

            changesStability |= header.IsTransactional;
            if (!header.IsControl)
                log.Producers.Apply(header);
            else if (EndTransactionMarker.TryRead(header, batches.Batch, out var marker) && log.Producers.ApplyMarker(header, marker) is { IsAborted: true } ended)
                log.Segments.Active.AddAborted(new AbortedTransaction(ended.ProducerId, ended.FirstOffset, ended.LastOffset, ended.LastStableOffset));
        }

        if (changesStability)
            log.NoteFirstUnstable();
    }
}
