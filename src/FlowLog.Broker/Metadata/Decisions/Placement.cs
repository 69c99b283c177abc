using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Which brokers hold which partition: as asked, or round robin over the brokers that are alive.</summary>
internal static class Placement
{
    /// <summary>Replicas of <paramref name="count"/> new partitions, the first of them being partition <paramref name="firstPartition"/>.</summary>
    public static IReadOnlyList<List<int>> Spread(ClusterImage image, int firstPartition, int count, int factor, out Refusal? refusal)
    {
        var alive = image.Brokers.Values.Where(broker => !broker.IsFenced).Select(broker => broker.Id).ToList();
        refusal = factor > alive.Count
            ? new Refusal(ErrorCode.InvalidReplicationFactor, $"Unable to replicate the partition {factor} time(s): The target replication factor of {factor} cannot be reached because only {alive.Count} broker(s) are registered.")
            : null;
        if (refusal is not null)
            return [];
        return [.. Enumerable.Range(firstPartition, count)
            .Select(partition => Enumerable.Range(0, factor).Select(replica => alive[(partition + replica) % alive.Count]).ToList())];
    }

    /// <summary>Why a hand-made list of replicas cannot be used; null when it can. The first list of a topic says how many there must be: <paramref name="factor"/> is null.</summary>
    public static Refusal? Check(ClusterImage image, List<int> replicas, int? factor)
    {
        if (replicas.Count == 0)
            return Invalid("The manual partition assignment includes an empty replica list.");
        if (replicas.Distinct().Count() != replicas.Count)
            return Invalid($"The manual partition assignment includes the broker {replicas.GroupBy(id => id).First(group => group.Count() > 1).Key} more than once.");
        foreach (var broker in replicas)
        {
            if (!image.Brokers.ContainsKey(broker))
                return Invalid($"The manual partition assignment includes broker {broker}, but no such broker is registered.");
        }

        return factor is not null && factor != replicas.Count
            ? Invalid($"The manual partition assignment includes a partition with {replicas.Count} replica(s), but this is not consistent with previous partitions, which have {factor} replica(s).")
            : null;
    }

    /// <summary>The record of a new partition: its first live replica leads.</summary>
    public static PartitionRecord Record(ClusterImage image, Guid topicId, int partition, List<int> replicas)
    {
        var isr = replicas.Where(id => image.Brokers.TryGetValue(id, out var broker) && !broker.IsFenced).ToList();
        return new PartitionRecord
        {
            TopicId = topicId,
            PartitionId = partition,
            Replicas = replicas,
            Isr = isr,
            Leader = isr.Count > 0 ? isr[0] : PartitionImage.NoLeader,
            LeaderEpoch = 0,
            PartitionEpoch = 0,
            Directories = [.. replicas.Select(id => image.Brokers.TryGetValue(id, out var broker) && broker.Directories.Length == 1 ? broker.Directories[0] : Guid.Empty)],
        };
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
}
