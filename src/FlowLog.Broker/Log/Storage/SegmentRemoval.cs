using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Storage;

/// <summary>How segments leave: renamed at once, deleted when no reader can be under way any more.</summary>
internal static class SegmentRemoval
{
    /// <summary>
    /// Renames segments to <c>.deleted</c>, oldest first, and deletes them later. With <paramref name="logLast"/> their indexes go before their batches.
    /// </summary>
    public static void Retire(LogEnvironment environment, string folder, IReadOnlyList<Segment> segments, long dueAt, bool logLast = false)
    {
        foreach (var segment in segments)
        {
            segment.Rename(SegmentFileName.Deleted, logLast);
            environment.Deletions.Schedule($"segment {segment.BaseOffset} of '{folder}'", dueAt, segment.Delete);
        }
    }

    /// <summary>Deletes producer snapshots that no recovery will start from.</summary>
    public static void DropSnapshotsBelow(IDisk disk, string folder, long offset)
    {
        foreach (var name in disk.ListFiles(folder))
        {
            if (SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out var snapshot) && snapshot < offset)
                disk.DeleteFile(Path.Combine(folder, name));
        }
    }
}
