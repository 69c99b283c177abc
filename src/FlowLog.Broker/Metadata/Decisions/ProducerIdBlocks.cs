using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>A run of producer ids that nobody else will get.</summary>
internal readonly record struct ProducerIdBlock(long First, int Count);

/// <summary>Gives blocks of producer ids to brokers: an id is never given twice, not even after a crash.</summary>
internal static class ProducerIdBlocks
{
    /// <summary>Ids in one block.</summary>
    public const int Size = 1000;

    /// <summary>The next block, for one broker.</summary>
    public static Decision<ProducerIdBlock> Decide(ClusterImage image, int brokerId) => new(
        new ProducerIdBlock(image.NextProducerId, Size),
        [
            new ProducerIdsRecord
            {
                BrokerId = brokerId,
                BrokerEpoch = image.Brokers.TryGetValue(brokerId, out var broker) ? broker.Epoch : -1,
                NextProducerId = image.NextProducerId + Size,
            },
        ]);
}
