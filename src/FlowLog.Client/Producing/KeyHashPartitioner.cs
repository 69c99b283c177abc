using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>The default: murmur2 of the key, the same partition as Java's producer chooses; records without a key stick to a batch.</summary>
public sealed class KeyHashPartitioner : IPartitioner
{
    /// <summary>The one instance; it has no state.</summary>
    public static KeyHashPartitioner Instance { get; } = new();

    /// <summary>The partition of a key among <paramref name="partitionCount"/>.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) => (int)((uint)Murmur2.Hash(key) & 0x7fffffff) % partitionCount;

    /// <inheritdoc/>
    public int Choose(in OutgoingRecord record, int partitionCount) =>
        record.Key.IsPresent ? PartitionOf(record.Key.Span, partitionCount) : IPartitioner.Any;
}
