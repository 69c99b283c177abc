using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>A batch that waits until the coordinator has said that its transaction is open. A copy: the request's bytes are gone by then.</summary>
/// <param name="leader">Where it goes.</param>
/// <param name="batch">The copy.</param>
/// <param name="producer">Whose it is.</param>
/// <param name="guard">What the partition wants to see; null if it knows of the transaction and the batch waits only behind others.</param>
/// <param name="now">When it came.</param>
/// <param name="answer">The answer to it.</param>
/// <param name="append">Appends it, or does not if the answer is an error by then.</param>
/// <param name="release">Lets its answer go.</param>
internal sealed class HeldBatch(
    PartitionLeader leader, byte[] batch, ProducerIdAndEpoch producer, VerificationGuard? guard, long now, ProduceResponse.PartitionProduceResponse answer, Action<HeldBatch> append, Action release)
{
    public PartitionLeader Leader => leader;

    public byte[] Batch => batch;

    public ProducerIdAndEpoch Producer => producer;

    public VerificationGuard? Guard => guard;

    public long Now => now;

    public ProduceResponse.PartitionProduceResponse Answer => answer;

    /// <summary>Nothing more will be said about it.</summary>
    public bool IsDecided { get; set; }

    public void Append() => append(this);

    public void Release() => release();
}
