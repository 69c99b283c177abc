using System.Reflection;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Compaction;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Recovery;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Broker.Tests.Mutants;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>Bugs that the model of the log must notice.</summary>
internal static class LogMutants
{
    [Mutant(typeof(PartitionLog), nameof(PartitionLog.TruncateTo))]
    public static void A_truncation_is_forgotten(PartitionLog log, long offset)
    {
    }

    [Mutant(typeof(Segment), nameof(Segment.TruncateTo))]
    public static void A_truncation_at_the_boundary_of_a_segment_leaves_it_as_it_is(Segment segment, long offset, int indexInterval)
    {
        using var _ = Planted.Asleep();
        if (offset != segment.BaseOffset)
            segment.TruncateTo(offset, indexInterval);
    }

    [Mutant(typeof(Segment), nameof(Segment.Append))]
    public static void An_append_to_a_full_disk_is_not_taken_back(Segment segment, ReadOnlySpan<byte> batches, int indexInterval)
    {
        using var _ = Planted.Asleep();
        segment.OpenedFile().Write(segment.Size, batches);
        segment.Append(batches, indexInterval);
    }

    [Mutant(typeof(LogDirectory), nameof(LogDirectory.Fail))]
    public static void An_error_of_fsync_is_ignored(LogDirectory directory, Exception why)
    {
    }

    [Mutant(typeof(Segment), nameof(Segment.SyncBatches))]
    public static void Batches_are_acknowledged_without_a_sync(Segment segment)
    {
    }

    [Mutant(typeof(LogDurability), "get_" + nameof(LogDurability.HasUnsyncedNames))]
    public static bool Directories_are_not_synced(LogDurability durability) => false;

    [Mutant(typeof(LeaderEpochFile), nameof(LeaderEpochFile.Write))]
    public static void The_epoch_checkpoint_stays_as_it_was_first(IDisk disk, string directory, IReadOnlyList<EpochEntry> entries)
    {
        using var _ = Planted.Asleep();
        if (!disk.FileExists(Path.Combine(directory, LeaderEpochFile.Name)))
            LeaderEpochFile.Write(disk, directory, entries);
    }

    [Mutant(typeof(ProducedBatch), "get_" + nameof(ProducedBatch.FirstOffset))]
    public static long A_duplicate_is_answered_with_a_wrong_offset(in ProducedBatch batch) => batch.LastOffset;

    [Mutant(typeof(ProducerSnapshotFile), nameof(ProducerSnapshotFile.Write))]
    public static void The_snapshot_of_the_producers_is_empty(IDisk disk, string directory, long offset, IReadOnlyCollection<ProducerEntry> producers)
    {
        using var _ = Planted.Asleep();
        ProducerSnapshotFile.Write(disk, directory, offset, []);
    }

    [Mutant(typeof(Segment), nameof(Segment.AddAborted))]
    public static void The_index_of_aborted_transactions_is_off_by_one(Segment segment, in AbortedTransaction aborted)
    {
        using var _ = Planted.Asleep();
        segment.AddAborted(aborted with { FirstOffset = aborted.FirstOffset + 1 });
    }

    [Mutant(typeof(ProducerStates), "get_" + nameof(ProducerStates.FirstUnstableOffset))]
    public static long? The_last_stable_offset_passes_open_transactions(ProducerStates producers) => null;

    [Mutant(typeof(LogLoader), "DropBehind")]
    public static void Segments_behind_a_torn_one_are_kept(LogLoader loader, List<Segment> segments, int index)
    {
    }

    [Mutant(typeof(DirectoryState), nameof(DirectoryState.WriteBeforeCut))]
    public static void Checkpoints_are_not_taken_back_before_a_cut(DirectoryState state, IEnumerable<PartitionLog> logs)
    {
    }
}

/// <summary>Bugs that the model of the cleaner must notice.</summary>
internal static class CleanerMutants
{
    [Mutant(typeof(CleanableRange), nameof(CleanableRange.Of))]
    public static CleanableRange The_cleaner_passes_the_first_unstable_offset(
        ReadOnlySpan<Segment> segments, long cleanedTo, long logStart, long lastStableOffset, LogOptions options, long now)
    {
        using var _ = Planted.Asleep();
        return CleanableRange.Of(segments, cleanedTo, logStart, long.MaxValue, options, now);
    }

    [Mutant(typeof(BatchCleaner), "CleanControl")]
    public static ReadOnlySpan<byte> A_marker_is_cleaned_together_with_its_records(BatchCleaner cleaner, in BatchHeader header, ReadOnlySpan<byte> batch, bool mustStay)
    {
        using var _ = Planted.Asleep();
        if (!EndTransactionMarker.TryRead(header, batch, out var marker))
            return batch;

        var transactions = typeof(BatchCleaner).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(field => field.GetValue(cleaner)).OfType<CleanedTransactions>().Single();
        transactions.MeetMarker(header, marker.Committed, out var needed);
        if (needed is { } aborted)
            cleaner.StillAborted.Add(aborted);
        return mustStay ? batch : [];
    }

    [Mutant(typeof(SegmentSwap), "TakePlace")]
    public static void A_swap_that_a_crash_interrupted_is_not_ended(SegmentSwap swap, HashSet<string> names, long baseOffset)
    {
    }

    [Mutant(typeof(OffsetMap), nameof(OffsetMap.Find))]
    public static long The_last_record_of_a_key_goes_too(OffsetMap map, ReadOnlySpan<byte> key)
    {
        using var _ = Planted.Asleep();
        return map.Find(key) is >= 0 and var offset ? offset + 1 : -1;
    }

    [Mutant(typeof(BatchCleaner), "IsLastOfProducer")]
    public static bool The_last_batch_of_a_producer_goes(BatchCleaner cleaner, in BatchHeader header) => false;

    [Mutant(typeof(LogOptions), "get_" + nameof(LogOptions.DeleteRetentionMs))]
    public static long Tombstones_go_at_once(LogOptions options) => -1;

    [Mutant(typeof(Segment), nameof(Segment.SyncBatches))]
    public static void What_was_cleaned_is_put_in_its_place_without_a_sync(Segment segment)
    {
    }
}

/// <summary>Bugs that the model of the producer state must notice.</summary>
internal static class ProducerMutants
{
    [Mutant(typeof(ProducerEntry), nameof(ProducerEntry.TryFindDuplicate))]
    public static bool Only_four_batches_are_known_again(ProducerEntry entry, in BatchHeader header, out ProducedBatch original)
    {
        using var _ = Planted.Asleep();
        return entry.TryFindDuplicate(header, out original) && (entry.OlderCount < ProducerEntry.Window - 1 || original != entry.Older(0));
    }

    [Mutant(typeof(ProducedBatch), "get_" + nameof(ProducedBatch.FirstOffset))]
    public static long The_repeat_of_a_batch_gets_a_wrong_offset(in ProducedBatch batch) => batch.LastOffset;

    [Mutant(typeof(ProducedBatch), "get_" + nameof(ProducedBatch.FirstSequence))]
    public static int Sequences_do_not_wrap(in ProducedBatch batch) => batch.LastSequence - batch.OffsetDelta;

    [Mutant(typeof(ProducerSnapshotFile), "WriteOlder")]
    public static Span<byte> Only_the_last_batch_is_in_the_snapshot(Span<byte> target, ProducerEntry producer)
    {
        target[0] = 0;
        return target[1..];
    }

    [Mutant(typeof(ProducerEntry), "Enter")]
    public static void Batches_of_the_old_epoch_are_remembered_in_the_new_one(ProducerEntry entry, short epoch)
    {
        using var _ = Planted.Asleep();
        if (!entry.HasBatches)
            Private.Call(entry, "Enter", epoch);
    }

    [Mutant(typeof(ProducerStates), nameof(ProducerStates.Expire))]
    public static void Producers_with_open_transactions_are_forgotten(ProducerStates producers, long silentSince)
    {
        using var _ = Planted.Asleep();
        producers.Restore([.. producers.All.Where(entry => entry.LastTimestamp >= silentSince)]);
    }

    [Mutant(typeof(OpenTransactions), nameof(OpenTransactions.End))]
    public static long An_ended_transaction_is_stable_before_its_marker_is_committed(OpenTransactions transactions, long firstOffset, long producerId, long lastOffset)
    {
        using var _ = Planted.Asleep();
        var stable = transactions.End(firstOffset, producerId, lastOffset);
        transactions.Committed(lastOffset + 1);
        return stable;
    }
}

/// <summary>Bugs that the model of the epochs must notice.</summary>
internal static class EpochMutants
{
    [Mutant(typeof(LeaderEpochs), nameof(LeaderEpochs.TruncateFromEnd))]
    public static void A_cut_leaves_the_epochs_behind_it(LeaderEpochs epochs, long endOffset)
    {
    }

    [Mutant(typeof(LeaderEpochs), nameof(LeaderEpochs.TruncateFromStart))]
    public static void The_first_epoch_that_is_left_goes_with_those_before_it(LeaderEpochs epochs, long startOffset)
    {
        using var _ = Planted.Asleep();
        var kept = epochs.Entries.Where(entry => entry.StartOffset >= startOffset).ToArray();
        epochs.Load(kept);
    }

    [Mutant(typeof(LeaderEpochs), nameof(LeaderEpochs.EndOffsetFor))]
    public static EpochEnd An_epoch_ends_where_it_begins(LeaderEpochs epochs, int epoch, long logEndOffset)
    {
        using var _ = Planted.Asleep();
        var end = epochs.EndOffsetFor(epoch, logEndOffset);
        return epochs.Entries.FirstOrDefault(entry => entry.Epoch == end.Epoch, new EpochEntry(-1, -1)) is { Epoch: >= 0 } found && epoch != epochs.Latest
            ? end with { EndOffset = found.StartOffset }
            : end;
    }

    [Mutant(typeof(LeaderEpochs), nameof(LeaderEpochs.Assign))]
    public static void A_leadership_without_records_is_not_noted(LeaderEpochs epochs, int epoch, long startOffset)
    {
        using var _ = Planted.Asleep();
        if (epochs.Entries.Count == 0 || epochs.Entries[^1].StartOffset < startOffset)
            epochs.Assign(epoch, startOffset);
    }
}

/// <summary>Bugs that the model of the indexes must notice.</summary>
internal static class IndexMutants
{
    [Mutant(typeof(SegmentIndexes), "LastAtOrBelow")]
    public static int A_look_up_starts_one_entry_too_late(SegmentIndexes indexes, long offset)
    {
        using var _ = Planted.Asleep();
        var found = (int)Private.Call(indexes, "LastAtOrBelow", offset)!;
        return (int)Private.Call(indexes, "LastAtOrBelow", offset + 12)! > found ? found + 1 : found;
    }

    [Mutant(typeof(SegmentRecovery), "FindLargerTimestamps")]
    public static void What_the_time_index_lost_is_not_looked_for(SegmentRecovery recovery)
    {
    }

    [Mutant(typeof(SegmentRecovery), "ResumeAt")]
    public static void After_a_cut_the_largest_timestamp_is_forgotten(SegmentRecovery recovery, int indexEntry, bool keepLaterTimes)
    {
        using var _ = Planted.Asleep();
        Private.Call(recovery, "ResumeAt", indexEntry, keepLaterTimes);
        typeof(SegmentRecovery).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(field => field.GetValue(recovery)).OfType<SegmentTail>().Single().Largest = SegmentTail.NoTimestamps;
    }
}

/// <summary>What mutants do that nobody else may.</summary>
file static class Private
{
    public static object? Call(object target, string method, params object[] arguments) =>
        target.GetType().GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(target, arguments);
}
