using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>One topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id: a topic of the same name that is created later has another one.</param>
/// <param name="Partitions">Its partitions, by number.</param>
internal sealed record TopicImage(string Name, Guid Id, ImmutableArray<PartitionImage> Partitions)
{
    /// <summary>The partition of that number, null when there is none.</summary>
    public PartitionImage? Partition(int id) => id >= 0 && id < Partitions.Length ? Partitions[id] : null;
}
