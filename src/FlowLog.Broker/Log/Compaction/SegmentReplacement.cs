using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// Puts a cleaned segment in the place of its originals. A crash at any point leaves either: names on the device are in step before the
/// next step begins, and <see cref="Recovery.SegmentSwap"/> ends what was begun.
/// </summary>
internal static class SegmentReplacement
{
    /// <summary>Replaces segments that lie side by side. The cleaned one is complete and on the device. Under the log's lock.</summary>
    public static void Run(LogEnvironment environment, string folder, SegmentList segments, int index, Segment[] originals, Segment cleaned, long dueAt)
    {
        cleaned.Rename(SegmentFileName.Swap);
        environment.Disk.SyncDirectory(folder);

        // From here on the next start takes the cleaned one. It knows the originals by their batches: these go last.
        segments.Replace(index, originals.Length, cleaned);
        SegmentRemoval.Retire(environment, folder, originals, dueAt, logLast: true);
        foreach (var merged in originals.Skip(1))
            environment.Disk.DeleteFile(Producers.ProducerSnapshotFile.PathOf(folder, merged.BaseOffset));

        environment.Disk.SyncDirectory(folder);
        cleaned.Rename("", logLast: true);

        // Before another cleaning begins: what it has not finished would make the next start distrust this one.
        environment.Disk.SyncDirectory(folder);
    }
}
