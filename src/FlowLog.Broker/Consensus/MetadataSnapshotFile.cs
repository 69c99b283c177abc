using System.Globalization;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// The file <c>NNN-EEE.checkpoint</c>: the whole metadata as of an offset, in Kafka's format, so that the log before it is not needed any more. Batches as
/// in the log, the first with a header record and the last with a footer record: a file without its footer was not written to its end.
/// </summary>
internal static class MetadataSnapshotFile
{
    private const string Suffix = ".checkpoint";
    private const string Unfinished = ".part";
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;
    private const int MostBatchBytes = 4 * 1024 * 1024;
    private const int MostDecompressedBytes = 64 * 1024 * 1024;

    /// <summary>The name of the file for a snapshot.</summary>
    public static string NameOf(SnapshotId id) => string.Create(CultureInfo.InvariantCulture, $"{id.EndOffset:D20}-{id.Epoch:D10}{Suffix}");

    /// <summary>The snapshot that a file is named for; false for every other file.</summary>
    public static bool TryParse(string name, out SnapshotId id)
    {
        id = default;
        if (name.Length != OffsetDigits + 1 + EpochDigits + Suffix.Length || name[OffsetDigits] != '-' || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || !int.TryParse(name.AsSpan(OffsetDigits + 1, EpochDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            return false;

        id = new SnapshotId(offset, epoch);
        return true;
    }

    /// <summary>Whether a file is what a crash left of a snapshot in the making.</summary>
    public static bool IsUnfinished(string name) => name.EndsWith(Suffix + Unfinished, StringComparison.Ordinal);

    /// <summary>Writes a snapshot so that it survives a power cut, or is not there at all. Returns its size in bytes.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="folder">The folder of the metadata log.</param>
    /// <param name="id">Of what.</param>
    /// <param name="records">All metadata.</param>
    /// <param name="timestamp">The timestamp of the last record of the log that it stands for, in milliseconds since 1970.</param>
    public static long Write(IDisk disk, string folder, SnapshotId id, IEnumerable<IMetadataRecord> records, long timestamp)
    {
        var path = Path.Combine(folder, NameOf(id));
        long size;
        using (var file = disk.Open(path + Unfinished, FileOpening.ExistingOrNew))
        {
            file.SetLength(0);
            using var batches = new SnapshotBatches(file, id.Epoch, timestamp);
            batches.Control(ControlRecordType.SnapshotHeader, new SnapshotHeaderRecord { Version = 0, LastContainedLogTimestamp = timestamp });
            foreach (var record in records)
                batches.Add(record);
            batches.Flush();
            batches.Control(ControlRecordType.SnapshotFooter, new SnapshotFooterRecord { Version = 0 });
            file.Sync();
            size = file.Length;
        }

        disk.Rename(path + Unfinished, path);
        disk.SyncDirectory(folder);
        return size;
    }

    /// <summary>Reads a snapshot; null when it is damaged or was not written to its end.</summary>
    public static MetadataSnapshot? Read(IDisk disk, string folder, SnapshotId id)
    {
        var records = new List<IMetadataRecord>();
        using var content = new BatchContent();
        var batches = new BatchReader(disk.ReadAllBytes(Path.Combine(folder, NameOf(id))));
        ControlRecordType? last = null;
        long? timestamp = null;
        while (batches.MoveNext())
        {
            if (!RecordBatch.HasValidCrc(batches.Batch) || content.Open(batches.Header, batches.Batch, MostDecompressedBytes, out var found) != DecompressionProblem.None)
                return null;

            last = null;
            while (found.MoveNext())
            {
                if (!batches.Header.IsControl)
                {
                    if (MetadataRecordCodec.Read(found.Current.Value.ToArray() ?? [], out var record, out _) is { } problem)
                        throw new InvalidDataException($"A record of the metadata snapshot '{NameOf(id)}' cannot be read: {problem}.");
                    records.Add(record!);
                }
                else if (ControlRecordKey.TryRead(found.Current.Key.Span, out var type))
                {
                    last = type;
                    timestamp ??= type == ControlRecordType.SnapshotHeader ? TimestampIn(found.Current) : null;
                }
            }
        }

        return batches.Failed || last != ControlRecordType.SnapshotFooter || timestamp is null ? null : new MetadataSnapshot(id, records, timestamp.Value);
    }

    private static long TimestampIn(in RecordView record)
    {
        var header = new SnapshotHeaderRecord();
        var reader = new WireReader(record.Value.ToArray() ?? []);
        header.Read(ref reader, 0);
        return header.LastContainedLogTimestamp;
    }

    /// <summary>Batches one behind the other, with offsets of their own.</summary>
    private sealed class SnapshotBatches(IFile file, int epoch, long timestamp) : IDisposable
    {
        private readonly RecordBatchBuilder _builder = new();
        private readonly WireWriter _record = new();
        private long _position;
        private long _offset;

        public void Add(IMetadataRecord record)
        {
            if (_builder.Count == 0)
                Start(isControl: false);
            _record.Reset();
            MetadataRecordCodec.Write(_record, record, RecordVersions.Of(record));
            _builder.Append(timestamp, default, _record.WrittenSpan);
            if (_builder.Size >= MostBatchBytes)
                Flush();
        }

        public void Control(ControlRecordType type, IMessage message)
        {
            Start(isControl: true);
            _record.Reset();
            message.Write(_record, 0);
            _builder.AppendControl(timestamp, type, _record.WrittenSpan);
            Flush();
        }

        public void Flush()
        {
            if (_builder.Count == 0)
                return;

            var count = _builder.Count;
            var batch = _builder.Finish();
            file.Write(_position, batch.Span);
            _position += batch.Length;
            _offset += count;
            _builder.Start(new BatchSettings());
        }

        public void Dispose()
        {
            _builder.Dispose();
            _record.Dispose();
        }

        private void Start(bool isControl) => _builder.Start(new BatchSettings { BaseOffset = _offset, LeaderEpoch = epoch, IsControl = isControl });
    }
}
