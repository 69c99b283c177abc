using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Checks the folder of one partition.</summary>
internal sealed class PartitionCheck(IDisk disk, string folder, TopicPartition partition, PartitionFacts facts, LogReport report)
{
    private const string MetadataTopic = "__cluster_metadata";

    private readonly IReadOnlyList<string> _names = disk.ListFiles(folder);

    /// <summary>Checks everything in it.</summary>
    public void Run()
    {
        var isInTransit = CheckTransientFiles();
        var epochs = new EpochCheck(disk, folder, facts, report);
        var producers = new ProducerCheck(disk, folder, _names, facts, report);
        var bases = BaseOffsets();
        var walk = new SegmentWalk(epochs, producers, partition.Topic == MetadataTopic ? new MetadataCheck(report) : null)
        {
            AllowsHoles = facts.IsCompacted || isInTransit,
            NextOffset = bases.Length == 0 ? facts.LogStart : bases[0],
        };
        for (var index = 0; index < bases.Length && !walk.IsBroken; index++)
        {
            report.Segments++;
            new SegmentCheck(disk, folder, bases[index], facts, report).Run(walk);
        }

        if (!walk.IsBroken)
        {
            producers.EndAt(walk.NextOffset);
            CheckOffsets(walk.NextOffset);
        }

        CheckIdentity();
        if (partition.Topic == MetadataTopic)
            MetadataCheck.CheckSnapshots(disk, folder, _names, Math.Max(facts.LogStart, bases.FirstOrDefault()), report);
    }

    private long[] BaseOffsets() =>
        [.. _names.Select(name => SegmentFileName.TryParse(name, SegmentFileName.Log, out var offset) ? offset : -1).Where(offset => offset >= 0).Order()];

    private bool CheckTransientFiles()
    {
        var removed = _names.Count(name => name.EndsWith(SegmentFileName.Deleted, StringComparison.Ordinal));
        if (removed > 0)
            report.Note(folder, $"{removed} files of removed segments wait to be deleted.", "The next start deletes them.");

        var isInTransit = false;
        foreach (var name in _names)
        {
            if (!name.EndsWith(SegmentFileName.Cleaned, StringComparison.Ordinal) && !name.EndsWith(SegmentFileName.Swap, StringComparison.Ordinal))
                continue;

            isInTransit = true;
            report.Note(Path.Combine(folder, name), "The cleaner was interrupted.", "The next start ends or undoes what it began.");
        }

        return isInTransit;
    }

    private void CheckOffsets(long end)
    {
        if (facts.RecoveryPoint > end)
        {
            report.Violation(
                folder, null,
                $"The log ends at offset {end}, but everything below {facts.RecoveryPoint} was on the device: records are missing.",
                "Restore the partition from a replica or a backup. A start goes on with what there is.");
        }

        if (facts.LogStart > end)
        {
            report.Violation(
                folder, null, $"The log ends at offset {end}, before its start at {facts.LogStart}.", "The next start drops what there is and begins anew at its start.");
        }

        if (facts.HighWatermark > end)
        {
            report.Add(
                facts.WasStoppedCleanly ? FindingKind.Violation : FindingKind.Note, folder, null,
                $"The log ends at offset {end}, but everything below {facts.HighWatermark} was committed.",
                "Records that were not synced went with a power cut. A start goes on with what there is.");
        }
    }

    private void CheckIdentity()
    {
        var path = Path.Combine(folder, PartitionMetadataFile.Name);
        if (disk.FileExists(path) && PartitionMetadataFile.Read(disk, folder) is null)
            report.Violation(path, null, "It does not say which topic the partition belongs to.", "Write the topic's id into it, as 'flowlog topics describe' shows it.");
    }
}
