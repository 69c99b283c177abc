using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>
/// Shows what the files of a data folder hold, whether FlowLog or Apache Kafka wrote them. Nothing is changed, and a file that is damaged is shown up to
/// the damage.
/// </summary>
/// <param name="disk">Where the files are.</param>
/// <param name="options">What is shown.</param>
/// <param name="show">Gets every entry, in the order of the file.</param>
public sealed class FileDump(IDisk disk, DumpOptions options, Action<DumpEntry> show)
{
    private const string Checkpoint = ".checkpoint";

    private static readonly string[] s_offsetCheckpoints =
        [OffsetCheckpoint.RecoveryPoints, OffsetCheckpoint.HighWatermarks, OffsetCheckpoint.LogStarts, OffsetCheckpoint.CleanedTo];

    private static readonly string[] s_texts = [PartitionMetadataFile.Name, CleanShutdownFile.Name, "meta.properties", "quorum-state"];

    /// <summary>Whether a file of that name can be shown.</summary>
    public static bool Knows(string path) => KindOf(Path.GetFileName(path)) != Kind.Unknown;

    /// <summary>Shows a file.</summary>
    /// <returns>Null, or what is wrong with the file.</returns>
    /// <exception cref="DiskException">The file cannot be read.</exception>
    public string? Dump(string path)
    {
        var name = Path.GetFileName(path);
        var baseOffset = SegmentFileName.TryParseOffset(name, out var offset) ? offset : 0;
        return KindOf(name) switch
        {
            Kind.Log => new BatchDump(disk, options, DecodingOf(path), show).Dump(path),
            Kind.Snapshot => new BatchDump(disk, options, RecordDecoding.Metadata, show).Dump(path),
            Kind.OffsetIndex => DumpIndex<OffsetEntry>(path, entry => DumpEntry.Of(
                "offset-index", ("offset", baseOffset + entry.RelativeOffset), ("position", entry.Position))),
            Kind.TimeIndex => DumpIndex<TimeEntry>(path, entry => DumpEntry.Of(
                "time-index", ("timestamp", entry.Timestamp), ("offset", baseOffset + entry.RelativeOffset))),
            Kind.TransactionIndex => DumpIndex<AbortedTransaction>(path, entry => DumpEntry.Of(
                "aborted-transaction",
                ("producerId", entry.ProducerId), ("firstOffset", entry.FirstOffset), ("lastOffset", entry.LastOffset), ("lastStableOffset", entry.LastStableOffset))),
            Kind.Producers => DumpProducers(path),
            Kind.Epochs => DumpEpochs(path),
            Kind.Offsets => DumpOffsets(path),
            Kind.Text => DumpText(path),
            _ => "no kind of file that is known here",
        };
    }

    private static Kind KindOf(string name)
    {
        foreach (var transient in (string[])[SegmentFileName.Deleted, SegmentFileName.Cleaned, SegmentFileName.Swap])
        {
            if (name.EndsWith(transient, StringComparison.Ordinal))
                name = name[..^transient.Length];
        }

        return name switch
        {
            LeaderEpochFile.Name => Kind.Epochs,
            _ when s_offsetCheckpoints.Contains(name) => Kind.Offsets,
            _ when s_texts.Contains(name) => Kind.Text,
            _ => Path.GetExtension(name) switch
            {
                SegmentFileName.Log => Kind.Log,
                SegmentFileName.OffsetIndex => Kind.OffsetIndex,
                SegmentFileName.TimeIndex => Kind.TimeIndex,
                SegmentFileName.TransactionIndex => Kind.TransactionIndex,
                SegmentFileName.ProducerSnapshot => Kind.Producers,
                Checkpoint => Kind.Snapshot,
                _ => Kind.Unknown,
            },
        };
    }

    private RecordDecoding DecodingOf(string path)
    {
        if (options.Decoding != RecordDecoding.ByFolder)
            return options.Decoding;

        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "";
        return (LogFolderName.TryParse(folder, out var partition) ? partition.Topic : "") switch
        {
            "__consumer_offsets" => RecordDecoding.Offsets,
            "__transaction_state" => RecordDecoding.Transactions,
            "__share_group_state" => RecordDecoding.ShareGroups,
            "__cluster_metadata" => RecordDecoding.Metadata,
            _ => RecordDecoding.Plain,
        };
    }

    private string? DumpIndex<TEntry>(string path, Func<TEntry, DumpEntry> entryOf)
        where TEntry : struct, IIndexEntry<TEntry>
    {
        var entries = IndexContent<TEntry>.Read(disk, path);
        foreach (var entry in entries.Sound)
            show(entryOf(entry));
        return entries.Problem;
    }

    private string? DumpProducers(string path)
    {
        if (ProducerSnapshotFile.Read(disk, path) is not { } producers)
            return "damaged: its checksum does not fit its bytes";

        foreach (var producer in producers)
        {
            var batch = producer.HasBatches ? producer.Newest : (ProducedBatch?)null;
            show(DumpEntry.Of(
                "producer",
                ("producerId", producer.Id),
                ("producerEpoch", (long)producer.Epoch),
                ("coordinatorEpoch", (long)producer.CoordinatorEpoch),
                ("currentTxnFirstOffset", producer.HasOpenTransaction ? producer.TransactionStart : null),
                ("lastTimestamp", producer.LastTimestamp),
                ("firstSequence", batch is { } first ? (long)first.FirstSequence : null),
                ("lastSequence", batch is { } last ? (long)last.LastSequence : null),
                ("lastOffset", batch?.LastOffset),
                ("offsetDelta", batch is { } delta ? (long)delta.OffsetDelta : null),
                ("olderBatches", (long)producer.OlderCount)));
        }

        return null;
    }

    private string? DumpEpochs(string path)
    {
        if (LeaderEpochFile.Read(disk, Path.GetDirectoryName(path)!) is not { } entries)
            return "damaged: its lines are not what its count says";

        foreach (var entry in entries)
            show(DumpEntry.Of("leader-epoch", ("epoch", (long)entry.Epoch), ("startOffset", entry.StartOffset)));
        return null;
    }

    private string? DumpOffsets(string path)
    {
        if (new OffsetCheckpoint(disk, Path.GetDirectoryName(path)!, Path.GetFileName(path)).Read() is not { } offsets)
            return "damaged: its lines are not what its count says";

        foreach (var (partition, offset) in offsets.OrderBy(entry => entry.Key))
            show(DumpEntry.Of("checkpoint", ("topic", partition.Topic), ("partition", (long)partition.Partition), ("offset", offset)));
        return null;
    }

    private string? DumpText(string path)
    {
        foreach (var line in disk.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            show(DumpEntry.Of("line", ("text", line)));
        return null;
    }

    private enum Kind
    {
        Unknown,
        Log,
        Snapshot,
        OffsetIndex,
        TimeIndex,
        TransactionIndex,
        Producers,
        Epochs,
        Offsets,
        Text,
    }
}
