using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Coordination;

/// <summary>Something that <see cref="ICoordinatorShard.Apply(IShardEvent, in RecordOrigin)"/> turns into state.</summary>
internal interface IShardEvent;

/// <summary>
/// An event that is written to the shard's partition and comes back when the shard is loaded. A null value is a tombstone:
/// the key is gone, and compaction may forget it.
/// </summary>
/// <param name="Key">Generated key message; its type number stands in front of it on disk.</param>
/// <param name="Value">Generated value message, or null.</param>
/// <param name="ValueVersion">Version to write the value in; the oldest that holds all that is said, so that older brokers can read it.</param>
internal sealed record CoordinatorRecord(ICoordinatorKey Key, ICoordinatorValue? Value, short ValueVersion) : IShardEvent
{
    public static CoordinatorRecord Tombstone(ICoordinatorKey key) => new(key, null, 0);
}

/// <summary>Where an event came from.</summary>
/// <param name="Offset">Offset of the record; -1 for events that live in memory only.</param>
/// <param name="ProducerId">Producer of the transaction that the record belongs to, -1 if it belongs to none.</param>
/// <param name="ProducerEpoch">Epoch of that producer.</param>
internal readonly record struct RecordOrigin(long Offset, long ProducerId, short ProducerEpoch)
{
    public static RecordOrigin Memory => new(-1, -1, -1);

    public bool IsTransactional => ProducerId >= 0;
}
