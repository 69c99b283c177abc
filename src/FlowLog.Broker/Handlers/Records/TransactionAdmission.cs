using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>What becomes of a batch that wants in.</summary>
internal enum Admission
{
    /// <summary>It is appended at once.</summary>
    Open,

    /// <summary>It waits for the coordinator's word.</summary>
    Held,

    /// <summary>Its epoch is over in this partition. The coordinator is not asked, whose transaction it is makes no difference.</summary>
    Fenced,
}

/// <summary>
/// Lets batches of transactions in. A partition that knows the transaction to be open lets them in at once. Otherwise the coordinator is asked
/// first: with the newer protocol it adds the partition, with the older one it says whether the producer did (KIP-890).
/// </summary>
/// <param name="transactions">Whom it asks.</param>
/// <param name="waiting">What others wait for.</param>
/// <param name="transactionalId">The request's.</param>
/// <param name="version">The request's.</param>
/// <param name="append">Appends a batch that was held, with its answer refused or still free of errors.</param>
/// <param name="release">Lets the answer to a batch that was held go.</param>
/// <param name="verifies"><c>transaction.partition.verification.enable</c>; producers of the newer protocol are not affected by it.</param>
internal sealed class TransactionAdmission(
    TransactionCoordinator transactions, HeldBatches waiting, string transactionalId, short version, bool verifies, Action<HeldBatch> append, Action release)
{
    private const short FirstThatAdds = 12;
    private List<HeldBatch>? _held;

    /// <summary>Whether the batch has to wait for <see cref="Ask()"/>, in which case a copy of it is kept.</summary>
    public Admission Admit(PartitionLeader leader, ReadOnlyMemory<byte> batch, long now, ProduceResponse.PartitionProduceResponse answer)
    {
        if ((!verifies && version < FirstThatAdds) || !BatchHeader.TryRead(batch.Span, out var header) || !header.IsTransactional || header.IsControl)
            return Admission.Open;

        // Of nobody's batch there is nothing to ask. It is in no transaction either, whatever it says of itself.
        if (!header.HasProducerId)
            return Admission.Open;

        var guard = leader.Log.BeginVerification(header.ProducerId, header.ProducerEpoch, header.BaseSequence, version >= FirstThatAdds);
        if (guard == VerificationGuard.OfPastEpoch)
            return Admission.Fenced;

        if (guard is null && !waiting.Any(leader, header.ProducerId))
            return Admission.Open;

        var held = new HeldBatch(leader, batch.ToArray(), new ProducerIdAndEpoch(header.ProducerId, header.ProducerEpoch), guard, now, answer, append, release);
        (_held ??= []).Add(held);
        waiting.Add(held);
        return Admission.Held;
    }

    /// <summary>Asks about everything that is held.</summary>
    public void Ask()
    {
        if (_held is null)
            return;
        if (_held.FindAll(held => held.Guard is not null) is { Count: > 0 } unknown)
            Ask(unknown, unknown[0].Producer);
        foreach (var known in _held.Where(held => held.Guard is null))
            waiting.Decide(known);
    }

    private void Ask(List<HeldBatch> batches, ProducerIdAndEpoch producer)
    {
        var claim = new PartitionsClaim(
            transactionalId,
            producer,
            batches.ConvertAll(held => held.Leader.Partition),
            version >= FirstThatAdds ? Transaction.EpochBumpingProtocol : (short)0);
        if (version >= FirstThatAdds)
            transactions.Add(claim, Told);
        else
            transactions.Verify(claim, Told);

        void Told(PartitionVerdicts verdicts)
        {
            for (var i = 0; i < batches.Count; i++)
            {
                var error = TransactionErrors.ForProducer(verdicts.Errors[i], version);
                batches[i].Answer.ErrorCode = error;

                // Errors with several meanings come with a sentence, the others without.
                batches[i].Answer.ErrorMessage = error switch
                {
                    ErrorCode.InvalidTxnState => "The partition was not added to the transaction.",
                    ErrorCode.NotEnoughReplicas => $"The coordinator could not say whether the partition is in the transaction: {verdicts.Errors[i]}.",
                    _ => null,
                };
                waiting.Decide(batches[i]);
            }
        }
    }
}
