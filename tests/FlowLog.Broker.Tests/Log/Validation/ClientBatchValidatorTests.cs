using System.Buffers.Binary;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Validation;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Log.Validation;

public sealed class ClientBatchValidatorTests
{
    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    public void A_batch_with_more_records_than_it_announces_is_refused(Codec codec)
    {
        var batch = Batch(codec, "first", "second");
        Announce(batch, recordCount: 1);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void A_batch_with_fewer_records_than_it_announces_is_refused()
    {
        var batch = Batch(Codec.None, "first");
        Announce(batch, recordCount: 2);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void Records_that_are_no_records_are_refused()
    {
        var batch = Batch(Codec.None, "value");
        batch.AsSpan(RecordBatch.HeaderSize).Fill(0x7f);
        RecordBatch.PatchCrc(batch);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void A_batch_behind_one_that_is_shorter_than_its_header_is_one_too_many()
    {
        var stub = Batch(Codec.None, "value")[..55];
        BinaryPrimitives.WriteInt32BigEndian(stub.AsSpan(RecordBatch.LengthAt), stub.Length - RecordBatch.LengthOverhead);

        Assert.Equal(ErrorCode.CorruptMessage, Validate(stub));
        Assert.Equal(ErrorCode.InvalidRecord, Validate([.. stub, .. Batch(Codec.None, "value")]));
    }

    [Theory]
    [InlineData(ErrorCode.InvalidTimestamp, 1)]
    [InlineData(ErrorCode.InvalidRecord, 0)]
    public void Of_very_many_records_that_cannot_be_taken_the_producer_is_told_of_the_first_ones_only(ErrorCode expected, long timestamp)
    {
        const int Records = 50_000;
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { Codec = Codec.Zstd });
        for (var i = 0; i < Records; i++)
            builder.Append(timestamp == 0 ? LogBench.Now : timestamp, NullableBytes.Null, "v"u8);
        var options = timestamp == 0 ? LogOptions.Default with { CleanupPolicy = CleanupPolicy.Compact } : LogOptions.Default with { TimestampBeforeMaxMs = 1000 };

        var refusal = ClientBatchValidator.Validate(builder.Finish().ToArray(), options, LogBench.Now).Refusal;

        Assert.Equal((expected, Rejections.MostTold), (refusal!.Value.Error, refusal.Value.RecordErrors!.Count));
        Assert.Equal(Rejections.MostTold - 1, refusal.Value.RecordErrors[^1].Index);
        Assert.True(timestamp != 0 || refusal.Value.Message!.Contains($" {Records} record errors", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RecordBatch.NoTimestamp, false, ErrorCode.InvalidTimestamp)]
    [InlineData(5, false, ErrorCode.None)]
    [InlineData(5, true, ErrorCode.InvalidTimestamp)]
    public void A_claim_to_the_time_of_an_append_needs_a_time_and_a_topic_that_keeps_it(long time, bool usesLogAppendTime, ErrorCode expected)
    {
        var batch = Batch(Codec.None, "value");
        RecordBatch.PatchMaxTimestamp(batch, logAppendTime: true, time);

        Assert.Equal(expected, Validate(batch, LogOptions.Default with { UsesLogAppendTime = usesLogAppendTime }));
    }

    [Fact]
    public void A_cut_off_batch_behind_a_whole_one_is_dropped()
    {
        byte[] batch = [.. Batch(Codec.None, "value"), 0];
        var result = ClientBatchValidator.Validate(batch, LogOptions.Default, LogBench.Now);
        Assert.Null(result.Refusal);
        Assert.Equal(batch.Length - 1, result.Batch.Length);
    }

    [Fact]
    public void Records_that_are_compressed_anew_get_their_offsets_anew()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.AppendAt(3, LogBench.Now, "key"u8, "first"u8, [0]);
        builder.AppendAt(7, LogBench.Now, "key"u8, "second"u8, [0]);
        var batch = builder.Finish().ToArray();
        Announce(batch, recordCount: 2);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
        var stored = ClientBatchValidator.Validate(batch, LogOptions.Default with { Compression = Codec.Gzip }, LogBench.Now);

        Assert.Null(stored.Refusal);
        Assert.Equal([0, 1], Offsets(stored.Batch.Span));
    }

    [Fact]
    public void Wrong_offsets_in_a_compressed_batch_cost_it_once_all_else_is_found_well()
    {
        var options = LogOptions.Default with { TimestampBeforeMaxMs = 1000 };

        Assert.Equal(ErrorCode.UnknownServerError, Validate(Misplaced(LogBench.Now), options));
        Assert.Equal(ErrorCode.InvalidTimestamp, Validate(Misplaced(LogBench.Now - 5000), options));

        static byte[] Misplaced(long timestamp)
        {
            using var builder = new RecordBatchBuilder();
            builder.Start(new BatchSettings { Codec = Codec.Gzip });
            builder.AppendAt(1, timestamp, "key"u8, "value"u8, [0]);
            var batch = builder.Finish().ToArray();
            Announce(batch, recordCount: 1);
            return batch;
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, ErrorCode.UnknownServerError)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80 }, ErrorCode.InvalidRecord)]
    [InlineData(new byte[] { 0x0C, 0, 0, 0, 0x03, 0x03, 0 }, ErrorCode.None)]
    public void A_length_without_an_end_is_lost_and_a_negative_one_is_null(byte[] section, ErrorCode expected)
    {
        byte[] batch = [.. Batch(Codec.None, "value")[..RecordBatch.HeaderSize], .. section];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatch.LengthAt), batch.Length - RecordBatch.LengthOverhead);
        RecordBatch.PatchCrc(batch);

        Assert.Equal(expected, Validate(batch));
    }

    [Theory]
    [InlineData(5, -1, 0, false)]
    [InlineData(-2, 0, -1, false)]
    [InlineData(-1, -1, -1, true)]
    public void What_does_not_go_together_lies_in_a_log_but_is_not_written_anew(long id, short epoch, int sequence, bool transactional)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { ProducerId = id, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = transactional });
        builder.Append(LogBench.Now, "key"u8, "value"u8);
        var batch = builder.Finish().ToArray();

        Assert.Equal(ErrorCode.None, Validate(batch));
        Assert.Equal(ErrorCode.UnknownServerError, Validate(batch, LogOptions.Default with { Compression = Codec.Gzip }));
    }

    [Fact]
    public void A_negative_time_lies_in_a_log_but_is_not_written_anew()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(-5, "key"u8, "value"u8);
        var batch = builder.Finish().ToArray();

        Assert.Equal(ErrorCode.None, Validate(batch));
        Assert.Equal(ErrorCode.UnknownServerError, Validate(batch, LogOptions.Default with { Compression = Codec.Gzip }));
    }

    [Fact]
    public void A_codec_that_does_not_exist_counts_before_the_number_of_records()
    {
        const int AttributesAt = 21;
        var batch = Batch(Codec.None, "value");
        batch[AttributesAt + 1] = 7;
        Announce(batch, recordCount: 5);

        Assert.Equal(ErrorCode.UnknownServerError, Validate(batch));
    }

    [Fact]
    public void What_is_too_large_once_it_is_stored_as_the_topic_wants_it_is_refused()
    {
        var batch = Batch(Codec.Gzip, new string('x', 600));
        var options = LogOptions.Default with { MaxMessageBytes = 500 };

        Assert.Equal(ErrorCode.None, Validate(batch, options));
        Assert.Equal(ErrorCode.MessageTooLarge, Validate(batch, options with { Compression = Codec.None }));
    }

    private static List<long> Offsets(ReadOnlySpan<byte> batch)
    {
        Assert.True(BatchHeader.TryRead(batch, out var header));
        using var content = new BatchContent();
        Assert.Equal(DecompressionProblem.None, content.Open(header, batch, int.MaxValue, out var records));
        var offsets = new List<long>();
        while (records.MoveNext())
            offsets.Add(records.Current.Offset);
        return offsets;
    }

    private static ErrorCode Validate(byte[] batch, LogOptions? options = null) =>
        ClientBatchValidator.Validate(batch, options ?? LogOptions.Default, LogBench.Now).Refusal?.Error ?? ErrorCode.None;

    private static void Announce(byte[] batch, int recordCount)
    {
        const int LastOffsetDeltaAt = 23;
        const int RecordCountAt = 57;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LastOffsetDeltaAt), recordCount - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordCountAt), recordCount);
        RecordBatch.PatchCrc(batch);
    }

    private static byte[] Batch(Codec codec, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { Codec = codec });
        foreach (var value in values)
            builder.Append(LogBench.Now, "key"u8, System.Text.Encoding.UTF8.GetBytes(value));

        return builder.Finish().ToArray();
    }
}
