using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Transactions;

/// <summary>A producer's wish to end its transaction.</summary>
/// <param name="TransactionalId">The transactional id.</param>
/// <param name="Producer">Who says to own it.</param>
/// <param name="Commits">False aborts.</param>
/// <param name="ClientProtocol">0, or 2 for a producer that wants its next epoch in return.</param>
internal sealed record EndClaim(string TransactionalId, ProducerIdAndEpoch Producer, bool Commits, short ClientProtocol);

/// <summary>
/// The end of a transaction, in two steps: the outcome is written here, and answered; then every partition gets its marker, and only when
/// the last one has it the transaction is complete.
/// </summary>
internal static class TransactionEnding
{
    /// <summary>EndTxn. Asks for a producer id if <paramref name="freshId"/> is -1 and the epochs of this one are used up.</summary>
    public static Decision Decide(TransactionShard shard, EndClaim claim, long freshId, Ticket<ProducerGrant> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        if (shard.Find(claim.TransactionalId) is { } current)
            Decide(shard, current, claim, freshId, ticket, turn);
        else
            turn.Decision.Answer(ticket, ProducerGrant.Refused(ErrorCode.InvalidProducerIdMapping));

        return turn.Decision;
    }

    /// <summary>
    /// Aborts an open transaction whose producer is gone or late, with the epoch behind its own: whatever it still sends is too old. A late one that asks
    /// for the abort itself, or for its next epoch, gets that epoch and goes on; one that asks for the commit learns that it was aborted.
    /// </summary>
    public static Transaction Fence(Transaction current, TransactionTurn turn) => Prepared(
        current,
        current with
        {
            Status = TransactionStatus.PrepareAbort,
            Epoch = (short)(current.Epoch + 1),
            FormerEpoch = current.Epoch,
            NextProducerId = Transaction.NoProducer,
            ClientProtocol = Transaction.EpochBumpingProtocol,
        },
        turn);

    /// <summary>Every partition has its marker: the transaction is complete, and whoever waited for that goes on.</summary>
    public static Decision Complete(TransactionShard shard, Transaction ending, Ticket<Completion> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        turn.Decision.Answer(ticket, new Completion(ErrorCode.None));
        var current = shard.Find(ending.Id);
        if (current is not { IsEnding: true } || current.Producer != ending.Producer)
            return turn.Decision;

        var next = turn.Move(current, Completed(current));
        foreach (var waiting in shard.WaitingFor(ending.Id))
        {
            // Somebody before may have begun the next transaction and ended it again.
            if (next.IsEnding)
                waiting.SendAway(turn.Decision, ErrorCode.ConcurrentTransactions);
            else
                next = waiting.Resume(next, turn);
        }

        turn.Decision.Add(new WaitingChanged(ending.Id, [], Moment.Never));
        return turn.Decision;
    }

    private static Transaction Decide(TransactionShard shard, Transaction current, EndClaim claim, long freshId, Ticket<ProducerGrant> ticket, TransactionTurn turn)
    {
        var bumps = claim.ClientProtocol >= Transaction.EpochBumpingProtocol;
        var verdict = bumps ? EndVerdict.OfBumping(current, claim) : EndVerdict.OfKeeping(current, claim);
        if (verdict.Ends && !(bumps && current.EpochsAreUsedUp && freshId < 0))
        {
            var ending = Prepare(current, claim, freshId, turn);
            turn.Decision.Answer(ticket, ProducerGrant.Of(Completed(ending)));
            return ending;
        }

        if (verdict.Ends)
            turn.Decision.Answer(ticket, ProducerGrant.NeedsProducerId);
        else if (verdict.Waits)
            shard.Wait(turn, current.Id, ticket, ProducerGrant.Refused, (ended, later) => Decide(shard, ended, claim, freshId, ticket, later));
        else
            turn.Decision.Answer(ticket, verdict.Error == ErrorCode.None ? ProducerGrant.Of(current) : ProducerGrant.Refused(verdict.Error));

        return current;
    }

    private static Transaction Prepare(Transaction current, EndClaim claim, long freshId, TransactionTurn turn)
    {
        var ending = current with
        {
            Status = claim.Commits ? TransactionStatus.PrepareCommit : TransactionStatus.PrepareAbort,
            StartedAt = current.Status == TransactionStatus.Ongoing ? current.StartedAt : turn.Now.UnixMs,
            ClientProtocol = claim.ClientProtocol,
            NextProducerId = Transaction.NoProducer,
        };
        if (claim.ClientProtocol >= Transaction.EpochBumpingProtocol)
        {
            ending = ending with
            {
                Epoch = (short)(current.Epoch + 1),
                FormerEpoch = current.Epoch,
                NextProducerId = current.EpochsAreUsedUp ? freshId : Transaction.NoProducer,
            };
        }

        return Prepared(current, ending, turn);
    }

    private static Transaction Prepared(Transaction current, Transaction ending, TransactionTurn turn)
    {
        var moved = turn.Move(current, ending);
        turn.Decision.Start(new MarkersDue(moved));
        return moved;
    }

    private static Transaction Completed(Transaction ending) => ending with
    {
        Status = ending.IsCommitted ? TransactionStatus.CompleteCommit : TransactionStatus.CompleteAbort,
        ProducerId = ending.NextProducerId >= 0 ? ending.NextProducerId : ending.ProducerId,
        Epoch = ending.NextProducerId >= 0 ? (short)0 : ending.Epoch,
        NextProducerId = Transaction.NoProducer,
        Partitions = [],
    };
}
