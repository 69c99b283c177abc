using System.Buffers.Binary;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Validation;

/// <summary>
/// Decides whether what a producer sent for one partition may be appended, and with which error it is refused. Touches nothing but
/// the bytes, so it runs before the log is locked. What it returns is valid until the same thread validates again.
/// </summary>
internal static class ClientBatchValidator
{
    private const int FrameOverhead = 17;
    private const int SmallestLegacyRecord = 14;

    /// <summary>What a thread keeps of its buffers from batch to batch.</summary>
    private const int KeptCapacity = 4 * 1024 * 1024;

    [ThreadStatic]
    private static BatchContent? content;

    [ThreadStatic]
    private static RecordBatchBuilder? builder;

    /// <summary>Validates the records of one partition of a produce request.</summary>
    public static ValidationResult Validate(Memory<byte> records, LogOptions options, long now)
    {
        if (Frame(records, out var header) is { } malformed)
            return new(default, malformed);

        var batch = records[..(int)header.TotalSize];
        if (CheckHeader(header, batch.Span, options) is { } refused)
            return new(default, refused);

        content ??= new BatchContent();
        var problem = content.Open(header, batch.Span, options.MaxDecompressedBytes, out var reader);
        if (problem != DecompressionProblem.None)
        {
            content.ReleaseAbove(KeptCapacity);
            return new(default, Undecodable(header, problem, options));
        }

        var refusal = CheckRecords(header, reader, options, now, out var largestTimestamp);
        if (refusal is null)
            batch = Store(batch, header, reader, options, now, largestTimestamp);

        content.ReleaseAbove(KeptCapacity);
        return new(batch, refusal);
    }

    /// <summary>Exactly one batch of format 2. What is cut off behind it is dropped, as Kafka drops it.</summary>
    private static AppendOutcome? Frame(Memory<byte> records, out BatchHeader header)
    {
        header = default;
        if (MeasureBatch(records.Span, out var size) is { } malformed)
            return malformed;

        if (size < 0 || !BatchHeader.TryRead(records.Span, out header))
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, "The partition's data holds no whole record batch.");

        if (MeasureBatch(records.Span[size..], out var second) is { } surplus)
            return surplus;

        return second >= 0
            ? AppendOutcome.Refused(ErrorCode.InvalidRecord, "A produce request holds exactly one record batch per partition.")
            : null;
    }

    /// <summary>The size of the batch at the start of the bytes; -1 when it is cut off.</summary>
    private static AppendOutcome? MeasureBatch(ReadOnlySpan<byte> bytes, out int size)
    {
        size = -1;
        if (bytes.Length < FrameOverhead)
            return null;

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.LengthAt..]);
        var magic = (sbyte)bytes[RecordBatch.MagicAt];
        if (length < SmallestLegacyRecord)
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, $"The record batch says that it has {length} bytes, which is less than any has.");

        if (magic is < 0 or > (sbyte)RecordBatch.CurrentMagic)
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, $"The record batch has the unknown format {magic}.");

        if ((long)length + RecordBatch.LengthOverhead > bytes.Length)
            return null;

        if (magic != RecordBatch.CurrentMagic)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"The record batch has the format {magic}; only format 2 is taken.");

        if (length < RecordBatch.HeaderSize - RecordBatch.LengthOverhead)
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, "The record batch is shorter than its own header.");

        size = length + RecordBatch.LengthOverhead;
        return null;
    }

    private static AppendOutcome? CheckHeader(in BatchHeader header, ReadOnlySpan<byte> batch, LogOptions options)
    {
        if (header.BaseOffset != 0)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"The base offset of the record batch is {header.BaseOffset}; a producer sends 0.");

        if (batch.Length > options.MaxMessageBytes)
            return AppendOutcome.Refused(ErrorCode.MessageTooLarge, $"The record batch has {batch.Length} bytes; max.message.bytes is {options.MaxMessageBytes}.");

        if (!RecordBatch.HasValidCrc(batch))
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, "The checksum of the record batch does not fit its bytes.");

        if (batch.Length > options.SegmentBytes)
            return AppendOutcome.Refused(ErrorCode.RecordListTooLarge, $"The record batch has {batch.Length} bytes; segment.bytes is {options.SegmentBytes}.");

        if (header.RecordCount <= 0 || header.LastOffsetDelta < 0 || header.LastOffsetDelta != header.RecordCount - 1)
        {
            return AppendOutcome.Refused(
                ErrorCode.InvalidRecord,
                $"The record batch announces {header.RecordCount} records, but its last offset is {header.LastOffsetDelta} behind its first.");
        }

        if (header.IsControl)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, "Control records are written by brokers only.");

        if (header.HasProducerId && header.BaseSequence < 0)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"The record batch has a producer id, but the sequence number {header.BaseSequence}.");

        return null;
    }

    private static AppendOutcome Undecodable(in BatchHeader header, DecompressionProblem problem, LogOptions options) => problem switch
    {
        DecompressionProblem.OverBudget => AppendOutcome.Refused(
            ErrorCode.MessageTooLarge, $"The record batch decompresses to more than {options.MaxDecompressedBytes} bytes."),
        DecompressionProblem.UnknownCodec => AppendOutcome.Refused(ErrorCode.UnknownServerError, $"There is no compression codec {(int)header.Codec}."),
        _ => AppendOutcome.Refused(ErrorCode.UnknownServerError, $"The record batch is not valid {header.Codec} data."),
    };

    private static AppendOutcome? CheckRecords(in BatchHeader header, RecordReader reader, LogOptions options, long now, out long largestTimestamp)
    {
        List<RejectedRecord>? rejected = null;
        var hasBadTimestamp = false;
        var earliest = options.UsesLogAppendTime ? long.MinValue : now - Math.Min(options.TimestampBeforeMaxMs, long.MaxValue);
        var latest = options.UsesLogAppendTime || options.TimestampAfterMaxMs > long.MaxValue - now ? long.MaxValue : now + options.TimestampAfterMaxMs;
        var claimsAppendTime = options.UsesLogAppendTime && header.IsLogAppendTime;
        var needsKey = options.IsCompacted;
        largestTimestamp = RecordBatch.NoTimestamp;

        var index = 0;
        for (; reader.MoveNext(); index++)
        {
            if (reader.OffsetDelta != index)
                return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"Record {index} of the batch has the offset delta {reader.OffsetDelta}; they count up from 0.");

            var record = reader.Current;
            var timestamp = record.Timestamp;
            if (timestamp > largestTimestamp)
                largestTimestamp = timestamp;

            // One fault a record, and a missing key before anything about its time.
            if (needsKey && record.Key.IsNull)
            {
                (rejected ??= []).Add(new RejectedRecord(index, "A record of a compacted topic needs a key."));
            }
            else if (claimsAppendTime)
            {
                hasBadTimestamp = true;
                (rejected ??= []).Add(new RejectedRecord(index, "A producer may not mark its timestamps as append time."));
            }
            else if ((timestamp < earliest || timestamp > latest) && timestamp != RecordBatch.NoTimestamp)
            {
                hasBadTimestamp = true;
                (rejected ??= []).Add(new RejectedRecord(index, $"The timestamp {timestamp} is outside of what the topic takes, {earliest} to {latest}."));
            }
        }

        if (reader.Failed)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"Record {index} of the batch cannot be read.");

        if (reader.Surplus > 0)
        {
            return AppendOutcome.Refused(
                ErrorCode.InvalidRecord, $"The batch announces {header.RecordCount} records, but {reader.Surplus} bytes follow on the last of them.");
        }

        if (rejected is null)
            return null;

        return hasBadTimestamp
            ? AppendOutcome.Refused(ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp", rejected)
            : AppendOutcome.Refused(ErrorCode.InvalidRecord, $"One or more records have been rejected due to {rejected.Count} record errors in total.", rejected);
    }

    /// <summary>Timestamps and codec as the topic wants them; in place where nothing must be recompressed.</summary>
    private static Memory<byte> Store(Memory<byte> batch, in BatchHeader header, RecordReader reader, LogOptions options, long now, long largestTimestamp)
    {
        if (options.Compression is { } wanted && wanted != header.Codec)
            batch = Recompress(header, reader, wanted, options.CompressionLevel);

        RecordBatch.PatchMaxTimestamp(batch.Span, options.UsesLogAppendTime, options.UsesLogAppendTime ? now : largestTimestamp);
        return batch;
    }

    private static Memory<byte> Recompress(in BatchHeader header, RecordReader reader, Codec codec, int level)
    {
        builder ??= new RecordBatchBuilder();
        builder.Start(new BatchSettings
        {
            Codec = codec,
            CompressionLevel = level,
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            IsTransactional = header.IsTransactional,
        });
        while (reader.MoveNext())
            builder.AppendWithHeaderSection(reader.Current.Timestamp, reader.Current.Key, reader.Current.Value, reader.Current.HeaderSection);

        return builder.Finish();
    }
}
