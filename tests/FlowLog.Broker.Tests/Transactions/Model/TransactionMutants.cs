using FlowLog.Broker.Coordination;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Tests.Mutants;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>Bugs that the model of transactions must notice.</summary>
internal static class TransactionMutants
{
    [Mutant(typeof(ProducerStates), nameof(ProducerStates.CheckMarker))]
    public static ProducerRefusal A_marker_may_have_any_epoch(
        ProducerStates states, long producerId, short producerEpoch, in EndTransactionMarker marker, AppendOrigin origin, bool bumpsEpoch) => default;

    [Mutant(typeof(EndVerdict), nameof(EndVerdict.OfBumping))]
    public static EndVerdict A_repeated_end_is_an_error(Transaction current, EndClaim claim)
    {
        using var _ = Planted.Asleep();
        var verdict = EndVerdict.OfBumping(current, claim);
        return verdict is { Ends: false, Error: ErrorCode.None } ? EndVerdict.Refuse(ErrorCode.InvalidTxnState) : verdict;
    }

    [Mutant(typeof(EndVerdict), nameof(EndVerdict.OfKeeping))]
    public static EndVerdict Anybody_may_end_a_transaction(Transaction current, EndClaim claim)
    {
        using var _ = Planted.Asleep();
        return EndVerdict.OfKeeping(current, claim with { Producer = current.Producer });
    }

    [Mutant(typeof(EndVerdict), nameof(EndVerdict.OfBumping))]
    public static EndVerdict A_late_end_is_taken_for_that_of_the_next_transaction(Transaction current, EndClaim claim)
    {
        using var _ = Planted.Asleep();
        var isLate = current.Status == TransactionStatus.Ongoing && claim.Producer.Id == current.ProducerId;
        return EndVerdict.OfBumping(current, isLate ? claim with { Producer = current.Producer } : claim);
    }

    [Mutant(typeof(TransactionEnding), "Prepared")]
    public static Transaction The_outcome_is_written_after_the_markers(Transaction current, Transaction ending, TransactionTurn turn)
    {
        turn.Decision.Add(new TransactionChanged(ending, Moment.Never));
        turn.Decision.Start(new MarkersDue(ending));
        return ending;
    }

    [Mutant(typeof(MarkerDelivery), "Retry")]
    public static void A_marker_that_was_refused_is_given_up(MarkerDelivery delivery, FlowLog.Protocol.Identity.TopicPartition partition, int attempt, ErrorCode error) =>
        typeof(MarkerDelivery).GetMethod("Delivered", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.Invoke(delivery, null);

    [Mutant(typeof(TransactionEnding), nameof(TransactionEnding.Fence))]
    public static Transaction A_fenced_producer_keeps_its_epoch(Transaction current, TransactionTurn turn)
    {
        using var _ = Planted.Asleep();
        return TransactionEnding.Fence(current with { Epoch = (short)(current.Epoch - 1) }, turn);
    }

    [Mutant(typeof(TransactionPartitions), "Check")]
    public static ErrorCode Partitions_are_added_for_a_producer_of_any_epoch(Transaction? current, PartitionsClaim claim)
    {
        if (current is null || current.ProducerId != claim.Producer.Id)
            return ErrorCode.InvalidProducerIdMapping;
        return current.IsEnding ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }

    [Mutant(typeof(TransactionTurn), nameof(TransactionTurn.DeadlineOf))]
    public static long Nothing_times_out(TransactionTurn turn, Transaction transaction) => Moment.Never;

    [Mutant(typeof(TransactionShard), nameof(TransactionShard.Loaded))]
    public static Decision The_next_coordinator_does_not_finish_what_was_ending(TransactionShard shard, Moment now) => shard.Turn(now).Decision;

    [Mutant(typeof(OpenTransactions), nameof(OpenTransactions.Open))]
    public static void The_last_stable_offset_knows_nothing_of_some_transactions(OpenTransactions transactions, long firstOffset, long producerId)
    {
        using var _ = Planted.Asleep();
        if (producerId % 2 == 0)
            transactions.Open(firstOffset, producerId);
    }

    [Mutant(typeof(OpenTransactions), nameof(OpenTransactions.End))]
    public static long The_index_says_that_nothing_older_is_open(OpenTransactions transactions, long firstOffset, long producerId, long lastOffset)
    {
        using var _ = Planted.Asleep();
        transactions.End(firstOffset, producerId, lastOffset);
        return lastOffset + 1;
    }

    [Mutant(typeof(Segment), nameof(Segment.AddAborted))]
    public static void The_index_begins_one_offset_too_late(Segment segment, in AbortedTransaction aborted)
    {
        using var _ = Planted.Asleep();
        segment.AddAborted(aborted with { FirstOffset = aborted.FirstOffset + 1 });
    }

    [Mutant(typeof(ProducerEntry), nameof(ProducerEntry.TryFindDuplicate))]
    public static bool Only_four_batches_are_remembered(ProducerEntry entry, in BatchHeader header, out ProducedBatch original)
    {
        using var _ = Planted.Asleep();
        return entry.TryFindDuplicate(header, out original) && original.LastSequence > entry.LastSequence - 4;
    }

    [Mutant(typeof(ProducerEntry), "Enter")]
    public static void Sequences_go_on_after_a_new_epoch(ProducerEntry entry, short epoch) =>
        typeof(ProducerEntry).GetProperty(nameof(ProducerEntry.Epoch))!.SetValue(entry, epoch);

    [Mutant(typeof(ProducerStates), nameof(ProducerStates.IsVerified))]
    public static bool Nobody_is_asked_whether_a_transaction_is_open(ProducerStates states, in BatchHeader header, VerificationGuard? guard) => true;
}
