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
        if (Frame(records.Span, out var header) is { } malformed)
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
        if (refusal is null && MustRecompress(header, options))
            refusal = CheckRewritten(header, reader);
        if (refusal is null)
        {
            batch = Store(batch, header, reader, options, now, largestTimestamp);
            refusal = CheckSize(batch.Length, options);
        }

        content.ReleaseAbove(KeptCapacity);
        return new(batch, refusal);
    }

    /// <summary>Whether the bytes are one batch, as far as its frame says.</summary>
    public static bool IsFramed(ReadOnlySpan<byte> records) => Frame(records, out _) is null;

    /// <summary>Whether more than the rest of a batch that was cut off stands behind a batch.</summary>
    public static bool HasSecond(ReadOnlySpan<byte> behind) => MeasureBatch(behind, out var size) is not null || size >= 0;

    /// <summary>Exactly one batch of format 2. What is cut off behind it is dropped, as Kafka drops it.</summary>
    private static AppendOutcome? Frame(ReadOnlySpan<byte> records, out BatchHeader header)
    {
        header = default;
        if (MeasureBatch(records, out var size) is { } malformed)
            return malformed;

        if (size < 0)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, "The partition's data holds no whole record batch.");

        if (MeasureBatch(records[size..], out var second) is { } surplus)
            return surplus;

        if (second >= 0)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, "A produce request holds exactly one record batch per partition.");

        return size < RecordBatch.HeaderSize || !BatchHeader.TryRead(records, out header)
            ? AppendOutcome.Refused(ErrorCode.CorruptMessage, "The record batch is shorter than its own header.")
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

        size = length + RecordBatch.LengthOverhead;
        return null;
    }

    private static AppendOutcome? CheckHeader(in BatchHeader header, ReadOnlySpan<byte> batch, LogOptions options)
    {
        if (header.BaseOffset != 0)
            return AppendOutcome.Refused(ErrorCode.InvalidRecord, $"The base offset of the record batch is {header.BaseOffset}; a producer sends 0.");

        if (CheckSize(batch.Length, options) is { } tooLarge)
            return tooLarge;

        if (!RecordBatch.HasValidCrc(batch))
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, "The checksum of the record batch does not fit its bytes.");

        if (header.Codec > Codec.Zstd)
            return Undecodable(header, DecompressionProblem.UnknownCodec, options);

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

    private static AppendOutcome? CheckSize(int size, LogOptions options) => size > options.MaxMessageBytes
        ? AppendOutcome.Refused(ErrorCode.MessageTooLarge, $"The record batch has {size} bytes; max.message.bytes is {options.MaxMessageBytes}.")
        : null;

    private static AppendOutcome Undecodable(in BatchHeader header, DecompressionProblem problem, LogOptions options) => problem switch
    {
        DecompressionProblem.OverBudget => AppendOutcome.Refused(
            ErrorCode.MessageTooLarge, $"The record batch decompresses to more than {options.MaxDecompressedBytes} bytes."),
        DecompressionProblem.UnknownCodec => AppendOutcome.Refused(ErrorCode.UnknownServerError, $"There is no compression codec {(int)header.Codec}."),
        _ => AppendOutcome.Refused(ErrorCode.UnknownServerError, $"The record batch is not valid {header.Codec} data."),
    };

    private static AppendOutcome? CheckRecords(in BatchHeader header, RecordReader reader, LogOptions options, long now, out long largestTimestamp)
    {
        Rejections? rejected = null;
        AppendOutcome? lost = null;
        var earliest = options.UsesLogAppendTime ? long.MinValue : now - options.TimestampBeforeMaxMs;
        var latest = options.UsesLogAppendTime || options.TimestampAfterMaxMs > long.MaxValue - now ? long.MaxValue : now + options.TimestampAfterMaxMs;

        // Where records keep the producer's time, a batch may claim the time of an append as long as it has one, which is that of all its records then.
        var claimsAppendTime = header.IsLogAppendTime && (options.UsesLogAppendTime || header.MaxTimestamp == RecordBatch.NoTimestamp);
        var needsKey = options.IsCompacted;

        // Records that are compressed anew get offsets anew as well.
        var keepsOffsets = !MustRecompress(header, options);
        largestTimestamp = RecordBatch.NoTimestamp;

        var index = 0;
        for (; reader.MoveNext(); index++)
        {
            if (keepsOffsets && lost is null && reader.OffsetDelta != index)
            {
                var misplaced = $"Record {index} of the batch has the offset delta {reader.OffsetDelta}; they count up from 0.";
                if (header.Codec == Codec.None)
                    return AppendOutcome.Refused(ErrorCode.InvalidRecord, misplaced);

                // Kafka means to write a compressed batch anew then, when all else is found well, and fails.
                lost = AppendOutcome.Refused(ErrorCode.UnknownServerError, misplaced);
            }

            var record = reader.Current;
            var timestamp = record.Timestamp;
            if (timestamp > largestTimestamp)
                largestTimestamp = timestamp;

            // One fault a record, and a missing key before anything about its time.
            if (needsKey && record.Key.IsNull)
                (rejected ??= new Rejections()).LacksKey(index);
            else if (claimsAppendTime)
                (rejected ??= new Rejections()).ClaimsAppendTime(index);
            else if ((timestamp < earliest || timestamp > latest) && timestamp != RecordBatch.NoTimestamp)
                (rejected ??= new Rejections()).IsOutOfTime(index, timestamp, earliest, latest);
        }

        // Kafka takes most of what is no record for the client's fault, but not this.
        if (reader.Failed)
            return AppendOutcome.Refused(reader.FailedOverLength ? ErrorCode.UnknownServerError : ErrorCode.InvalidRecord, $"Record {index} of the batch cannot be read.");

        if (reader.Surplus > 0)
        {
            return AppendOutcome.Refused(
                ErrorCode.InvalidRecord, $"The batch announces {header.RecordCount} records, but {reader.Surplus} bytes follow on the last of them.");
        }

        return rejected?.Outcome() ?? lost;
    }

    /// <summary>What may lie in a log as a producer wrote it, but is not written anew: Kafka fails over it.</summary>
    private static AppendOutcome? CheckRewritten(in BatchHeader header, RecordReader reader)
    {
        var isNobodys = header.ProducerId == RecordBatch.NoProducerId;
        if (isNobodys ? header.IsTransactional : header.ProducerEpoch == RecordBatch.NoProducerEpoch || header.BaseSequence < 0)
            return AppendOutcome.Refused(ErrorCode.UnknownServerError, "The record batch has a producer id, an epoch and a sequence number that do not go together.");

        while (reader.MoveNext())
        {
            if (reader.Current.Timestamp < RecordBatch.NoTimestamp)
                return AppendOutcome.Refused(ErrorCode.UnknownServerError, $"The timestamp {reader.Current.Timestamp} of a record is negative.");
        }

        return null;
    }

    /// <summary>Timestamps and codec as the topic wants them; in place where nothing must be recompressed.</summary>
    private static Memory<byte> Store(Memory<byte> batch, in BatchHeader header, RecordReader reader, LogOptions options, long now, long largestTimestamp)
    {
        if (MustRecompress(header, options))
            batch = Recompress(header, reader, options.Compression!.Value, options.CompressionLevel);

        RecordBatch.PatchMaxTimestamp(batch.Span, options.UsesLogAppendTime, options.UsesLogAppendTime ? now : largestTimestamp);
        return batch;
    }

    private static bool MustRecompress(in BatchHeader header, LogOptions options) => options.Compression is { } wanted && wanted != header.Codec;

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
