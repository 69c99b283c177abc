using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>A batch that waits until the coordinator has said that its transaction is open. A copy: the request's bytes are gone by then.</summary>
internal sealed record HeldBatch(
    PartitionLeader Leader,
    byte[] Batch,
    ProducerIdAndEpoch Producer,
    VerificationGuard Guard,
    long Now,
    ProduceResponse.PartitionProduceResponse Answer);
