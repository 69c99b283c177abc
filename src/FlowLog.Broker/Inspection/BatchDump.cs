using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Shows the batches of a log file or a metadata snapshot, and the records in them.</summary>
internal sealed class BatchDump(IDisk disk, DumpOptions options, RecordDecoding decoding, Action<DumpEntry> show)
{
    private const int MostDecompressedBytes = 1 << 30;

    private readonly RecordText _text = new(decoding);

    /// <summary>Shows a file. Returns null, or what is wrong with it.</summary>
    public string? Dump(string path)
    {
        using var file = disk.Open(path, FileOpening.ReadOnly);
        using var content = new BatchContent();
        using var batches = new BatchScanner(file, 0, file.Length, BatchScanner.WalkBlock);
        string? problem = null;
        while (batches.Position < options.MaxBytes && batches.MoveNext())
        {
            var isValid = RecordBatch.HasValidCrc(batches.Batch());
            if (!isValid)
                problem ??= $"the checksum of the batch at position {batches.Position} (offset {batches.Header.BaseOffset}) does not fit its bytes";
            if (!options.SkipsMetadata)
                Show(batches.Header, batches.Position, isValid);
            if (options.IsDeep || options.PrintsRecords)
                problem = ShowRecords(batches, content) ?? problem;
            if (batches.NextPosition >= options.MaxBytes)
                return problem;
        }

        return batches.Failed ? $"at position {batches.NextPosition} there is no whole batch; {file.Length - batches.NextPosition} bytes are left" : problem;
    }

    private void Show(in BatchHeader header, long position, bool isValid) => show(DumpEntry.Of(
        "batch",
        ("baseOffset", header.BaseOffset),
        ("lastOffset", header.LastOffset),
        ("count", (long)header.RecordCount),
        ("baseSequence", (long)header.BaseSequence),
        ("lastSequence", (long)header.LastSequence),
        ("producerId", header.ProducerId),
        ("producerEpoch", (long)header.ProducerEpoch),
        ("partitionLeaderEpoch", (long)header.LeaderEpoch),
        ("isTransactional", header.IsTransactional),
        ("isControl", header.IsControl),
        ("deleteHorizonMs", header.HasDeleteHorizon ? header.BaseTimestamp : null),
        ("position", position),
        (TimeName(header), header.MaxTimestamp),
        ("size", header.TotalSize),
        ("magic", (long)header.Magic),
        ("compresscodec", NameOf(header.Codec)),
        ("crc", (long)header.Crc),
        ("isvalid", isValid)));

    private string? ShowRecords(in BatchScanner batches, BatchContent content)
    {
        var header = batches.Header;
        var problem = content.Open(header, batches.Batch(), MostDecompressedBytes, out var records);
        if (problem != DecompressionProblem.None)
            return $"the batch at position {batches.Position} (offset {header.BaseOffset}) cannot be decompressed: {problem}";

        while (records.MoveNext())
        {
            if (!header.IsControl)
                show(new DumpEntry("record", [.. FieldsOf(header, records)]));
            else if (!options.SkipsMetadata)
                show(new DumpEntry("control", [.. FieldsOf(header, records), .. RecordText.Control(records.Current)]));
        }

        return records.Failed ? $"the records of the batch at position {batches.Position} (offset {header.BaseOffset}) cannot be read" : null;
    }

    private List<KeyValuePair<string, object?>> FieldsOf(in BatchHeader header, in RecordReader records)
    {
        var record = records.Current;
        var fields = new List<KeyValuePair<string, object?>>();
        if (!options.SkipsMetadata)
        {
            fields.Add(new("offset", record.Offset));
            fields.Add(new(TimeName(header), record.Timestamp));
            fields.Add(new("keySize", record.Key.IsNull ? -1L : record.Key.Span.Length));
            fields.Add(new("valueSize", record.Value.IsNull ? -1L : record.Value.Span.Length));
            fields.Add(new("sequence", header.BaseSequence < 0 ? -1L : RecordBatch.AdvanceSequence(header.BaseSequence, records.OffsetDelta)));
            fields.Add(new("headerKeys", $"[{string.Join(',', RecordText.HeaderKeys(record))}]"));
        }

        if (options.PrintsRecords && !header.IsControl)
        {
            var (key, payload) = _text.Of(record);
            if (!record.Key.IsNull)
                fields.Add(new("key", key));
            fields.Add(new("payload", payload));
        }

        return fields;
    }

    private static string TimeName(in BatchHeader header) => header.IsLogAppendTime ? "LogAppendTime" : "CreateTime";

    private static string NameOf(Codec codec) => codec.ToString().ToLowerInvariant();
}
