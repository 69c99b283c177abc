using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// Lets batches of transactions in. A partition that knows the transaction to be open lets them in at once. Otherwise the coordinator is asked
/// first: with the newer protocol it adds the partition, with the older one it says whether the producer did (KIP-890).
/// </summary>
internal sealed class TransactionAdmission(TransactionCoordinator transactions, string? transactionalId, short version)
{
    private const short FirstThatAdds = 12;
    private List<HeldBatch>? _held;

    /// <summary>True if the batch has to wait for <see cref="Ask(Action{HeldBatch})"/>; a copy of it is kept.</summary>
    public bool Holds(PartitionLeader leader, ReadOnlyMemory<byte> batch, long now, ProduceResponse.PartitionProduceResponse answer)
    {
        if (transactionalId is null || !BatchHeader.TryRead(batch.Span, out var header) || !header.IsTransactional || header.IsControl)
            return false;

        var guard = leader.Log.BeginVerification(header.ProducerId, header.ProducerEpoch, header.BaseSequence, version >= FirstThatAdds);
        if (guard is null)
            return false;

        var producer = new ProducerIdAndEpoch(header.ProducerId, header.ProducerEpoch);
        (_held ??= []).Add(new HeldBatch(leader, batch.ToArray(), producer, guard, now, answer));
        return true;
    }

    /// <summary>Asks about everything that is held, and calls back for each batch, with its answer refused or still free of errors.</summary>
    public void Ask(Action<HeldBatch> asked)
    {
        foreach (var batches in _held?.GroupBy(held => held.Producer) ?? [])
            Ask([.. batches], batches.Key, asked);
    }

    private void Ask(List<HeldBatch> batches, ProducerIdAndEpoch producer, Action<HeldBatch> asked)
    {
        var claim = new PartitionsClaim(
            transactionalId!,
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

                // An error with several meanings: only this one comes with a sentence.
                if (error == ErrorCode.InvalidTxnState)
                    batches[i].Answer.ErrorMessage = "The partition was not added to the transaction.";
                asked(batches[i]);
            }
        }
    }
}
