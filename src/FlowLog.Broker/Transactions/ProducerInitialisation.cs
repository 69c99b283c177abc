using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Transactions;

/// <summary>Who asks to become the producer of a transactional id.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="TimeoutMs">How long its transactions may stay open.</param>
/// <param name="Expected">The producer that the caller was so far, if it goes on after an error (KIP-360).</param>
internal sealed record ProducerClaim(string TransactionalId, int TimeoutMs, ProducerIdAndEpoch? Expected);

/// <summary>InitProducerId for a transactional id: fences whoever had it, ends what was left open, and gives the next epoch.</summary>
internal static class ProducerInitialisation
{
    /// <summary>Decides; asks for a producer id if <paramref name="freshId"/> is -1 and one is needed.</summary>
    public static Decision Decide(TransactionShard shard, ProducerClaim claim, long freshId, Ticket<ProducerGrant> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var current = shard.Find(claim.TransactionalId);
        if (current is null && freshId < 0)
            turn.Decision.Answer(ticket, ProducerGrant.NeedsProducerId);
        else
            Decide(shard, current ?? new Transaction(claim.TransactionalId, freshId) { TimeoutMs = claim.TimeoutMs }, claim, freshId, ticket, turn);

        return turn.Decision;
    }

    private static Transaction Decide(TransactionShard shard, Transaction current, ProducerClaim claim, long freshId, Ticket<ProducerGrant> ticket, TransactionTurn turn)
    {
        if (!MayContinue(current, claim.Expected))
            return Refuse(current, ErrorCode.ProducerFenced, ticket, turn);

        if (current.IsEnding)
        {
            shard.Wait(turn, current.Id, ticket, ProducerGrant.Refused, (ended, later) => Decide(shard, ended, claim, freshId, ticket, later));
            return current;
        }

        // The zombie is fenced by the marker's epoch. Whoever asks comes again for the epoch behind it.
        return current.Status == TransactionStatus.Ongoing
            ? Refuse(TransactionEnding.Fence(current, turn), ErrorCode.ConcurrentTransactions, ticket, turn)
            : Grant(current, claim, freshId, ticket, turn);
    }

    private static Transaction Grant(Transaction current, ProducerClaim claim, long freshId, Ticket<ProducerGrant> ticket, TransactionTurn turn)
    {
        var initial = current with
        {
            Status = TransactionStatus.Empty,
            TimeoutMs = claim.TimeoutMs,
            Partitions = [],
            StartedAt = -1,
            NextProducerId = Transaction.NoProducer,
        };
        if (current.EpochsAreUsedUp && (claim.Expected is not { } last || last.Epoch == current.Epoch || current.Epoch > Transaction.LastEpoch))
        {
            if (freshId < 0)
            {
                turn.Decision.Answer(ticket, ProducerGrant.NeedsProducerId);
                return current;
            }

            var former = claim.Expected?.Epoch ?? Transaction.NoEpoch;
            return Give(current, initial with { ProducerId = freshId, Epoch = 0, FormerEpoch = former }, ticket, turn);
        }

        if (claim.Expected is not { } expected)
            return Give(current, initial with { Epoch = (short)(current.Epoch + 1), FormerEpoch = Transaction.NoEpoch }, ticket, turn);

        if (current.Epoch == Transaction.NoEpoch || expected.Epoch == current.Epoch)
            return Give(current, initial with { Epoch = (short)(current.Epoch + 1), FormerEpoch = current.Epoch }, ticket, turn);

        // The answer to the first question was lost: the epoch that it gave is still the caller's.
        return expected.Epoch == current.FormerEpoch
            ? Give(current, initial, ticket, turn)
            : Refuse(current, ErrorCode.ProducerFenced, ticket, turn);
    }

    private static Transaction Give(Transaction current, Transaction next, Ticket<ProducerGrant> ticket, TransactionTurn turn)
    {
        var moved = turn.Move(current, next);
        turn.Decision.Answer(ticket, ProducerGrant.Of(moved));
        return moved;
    }

    private static Transaction Refuse(Transaction current, ErrorCode error, Ticket<ProducerGrant> ticket, TransactionTurn turn)
    {
        turn.Decision.Answer(ticket, ProducerGrant.Refused(error));
        return current;
    }

    // Whoever says who it was must be the present producer, or the one whose epochs were used up just now.
    private static bool MayContinue(Transaction current, ProducerIdAndEpoch? expected) =>
        expected is not { } producer
        || current.Epoch == Transaction.NoEpoch
        || producer.Id == current.ProducerId
        || (producer.Id == current.PreviousProducerId && producer.Epoch >= Transaction.LastEpoch);
}
