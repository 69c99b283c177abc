using System.Globalization;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Checks that the records of the metadata log and of its snapshots can be read, and that a snapshot stands for what was cut off.</summary>
internal sealed class MetadataCheck(LogReport report)
{
    private const string Suffix = ".checkpoint";
    private const int MostDecompressedBytes = 1 << 30;

    /// <summary>A record of the metadata log comes by.</summary>
    public void Meet(in RecordView record)
    {
        if (MetadataRecordCodec.Read(record.Value.ToArray() ?? [], out _, out _) is { } problem)
            report.Unknown("__cluster_metadata-0", $"The record at offset {record.Offset} cannot be read: {problem}.", "A newer version may have written it: use that one.");
    }

    /// <summary>Checks the snapshots in the metadata folder.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The names of the files in it.</param>
    /// <param name="logStart">Where the log starts.</param>
    /// <param name="report">Gets what is found.</param>
    public static void CheckSnapshots(IDisk disk, string folder, IReadOnlyList<string> names, long logStart, LogReport report)
    {
        var newest = -1L;
        foreach (var name in names.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            var path = Path.Combine(folder, name);
            if (!long.TryParse(name.AsSpan(0, Math.Min(20, name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                continue;

            if (ProblemOf(disk, path) is { } problem)
                report.Violation(path, null, problem, "With the broker stopped, delete it if a newer one, or the whole log, is there.");
            else
                newest = Math.Max(newest, offset);
        }

        if (logStart > 0 && newest < logStart)
            report.Violation(folder, null, $"The metadata log starts at offset {logStart}, and no sound snapshot stands for what came before.", "Restore the folder from a backup.");
    }

    private static string? ProblemOf(IDisk disk, string path)
    {
        using var file = disk.Open(path, FileOpening.ReadOnly);
        using var content = new BatchContent();
        using var batches = new BatchScanner(file, 0, file.Length, BatchScanner.WalkBlock);
        ControlRecordType? first = null, last = null;
        while (batches.MoveNext())
        {
            var header = batches.Header;
            if (!RecordBatch.HasValidCrc(batches.Batch()))
                return $"The checksum of the batch at position {batches.Position} does not fit its bytes.";
            if (content.Open(header, batches.Batch(), MostDecompressedBytes, out var records) != DecompressionProblem.None)
                return $"The batch at position {batches.Position} cannot be decompressed.";

            last = null;
            while (records.MoveNext())
            {
                if (!header.IsControl)
                {
                    if (MetadataRecordCodec.Read(records.Current.Value.ToArray() ?? [], out _, out _) is { } problem)
                        return $"The record at offset {records.Current.Offset} cannot be read: {problem}.";
                }
                else if (ControlRecordKey.TryRead(records.Current.Key.Span, out var type))
                {
                    first ??= type;
                    last = type;
                }
            }
        }

        if (batches.Failed)
            return $"At position {batches.NextPosition} there is no whole batch.";
        return first == ControlRecordType.SnapshotHeader && last == ControlRecordType.SnapshotFooter ? null : "It lacks its header or its footer: it was not written to its end.";
    }
}
