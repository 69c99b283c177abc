using System.Collections.Immutable;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>What happens to one topic between one image and the next.</summary>
internal sealed class TopicDelta
{
    private readonly List<PartitionImage> _partitions;
    private readonly HashSet<int> _changed = [];

    /// <summary>A topic that did not exist.</summary>
    public TopicDelta(string name, Guid id) => (Name, Id, _partitions, IsNew) = (name, id, [], true);

    /// <summary>A topic that existed.</summary>
    public TopicDelta(TopicImage before) => (Name, Id, _partitions) = (before.Name, before.Id, [.. before.Partitions]);

    public string Name { get; }

    public Guid Id { get; }

    /// <summary>It did not exist before.</summary>
    public bool IsNew { get; }

    /// <summary>The new state of every partition that is new or changed.</summary>
    public IEnumerable<PartitionImage> ChangedPartitions => _changed.Select(id => _partitions[id]);

    public void Replay(PartitionRecord record)
    {
        var partition = new PartitionImage
        {
            Id = record.PartitionId,
            Replicas = [.. record.Replicas],
            Isr = [.. record.Isr],
            Directories = [.. record.Directories],
            Removing = [.. record.RemovingReplicas],
            Adding = [.. record.AddingReplicas],
            EligibleLeaders = [.. record.EligibleLeaderReplicas ?? []],
            LastKnownEligible = [.. record.LastKnownElr ?? []],
            Leader = record.Leader,
            LeaderEpoch = record.LeaderEpoch,
            PartitionEpoch = record.PartitionEpoch,
            LeaderRecoveryState = record.LeaderRecoveryState,
        };
        if (partition.Id == _partitions.Count)
            _partitions.Add(partition);
        else if (partition.Id >= 0 && partition.Id < _partitions.Count)
            _partitions[partition.Id] = partition;
        else
            throw new InvalidDataException($"The metadata log adds partition {partition.Id} to '{Name}', which has {_partitions.Count}.");
        _changed.Add(partition.Id);
    }

    public void Replay(PartitionChangeRecord record)
    {
        if (record.PartitionId < 0 || record.PartitionId >= _partitions.Count)
            throw new InvalidDataException($"The metadata log changes partition {record.PartitionId} of '{Name}', which has {_partitions.Count}.");
        var partition = _partitions[record.PartitionId];
        _partitions[record.PartitionId] = partition with
        {
            Replicas = Changed(record.Replicas, partition.Replicas),
            Isr = Changed(record.Isr, partition.Isr),
            Directories = record.Directories is null ? partition.Directories : [.. record.Directories],
            Removing = Changed(record.RemovingReplicas, partition.Removing),
            Adding = Changed(record.AddingReplicas, partition.Adding),
            EligibleLeaders = Changed(record.EligibleLeaderReplicas, partition.EligibleLeaders),
            LastKnownEligible = Changed(record.LastKnownElr, partition.LastKnownEligible),
            Leader = record.Leader == LeaderUnchanged ? partition.Leader : record.Leader,
            // A named leader starts a new leadership, even when it is the one that led before.
            LeaderEpoch = record.Leader == LeaderUnchanged ? partition.LeaderEpoch : partition.LeaderEpoch + 1,
            LeaderRecoveryState = record.LeaderRecoveryState < 0 ? partition.LeaderRecoveryState : record.LeaderRecoveryState,
            PartitionEpoch = partition.PartitionEpoch + 1,
        };
        _changed.Add(record.PartitionId);
    }

    public TopicImage Apply() => new(Name, Id, [.. _partitions]);

    private const int LeaderUnchanged = -2;

    private static ImmutableArray<int> Changed(List<int>? change, ImmutableArray<int> before) => change is null ? before : [.. change];
}
