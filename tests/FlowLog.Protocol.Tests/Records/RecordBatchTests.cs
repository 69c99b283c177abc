using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Protocol.Tests.Records;

public sealed class RecordBatchTests
{
    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void What_goes_in_comes_out_with_every_codec(Codec codec)
    {
        var records = Gen.Choose(0, 60).SelectMany(count => AnyRecord.ArrayOf(count));
        var property = Prop.ForAll(records.ToArbitrary(), content => RoundTrips(codec, content));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true), property);
    }

    [Fact]
    public void Null_and_empty_stay_apart()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(1, default, ReadOnlySpan<byte>.Empty);
        builder.Append(2, ReadOnlySpan<byte>.Empty, default);
        var batch = builder.Finish();

        Assert.True(BatchHeader.TryRead(batch.Span, out var header));
        var records = new RecordReader(header, batch.Span[RecordBatch.HeaderSize..]);
        Assert.True(records.MoveNext());
        Assert.True(records.Current.Key.IsNull);
        Assert.False(records.Current.Value.IsNull);
        Assert.True(records.MoveNext());
        Assert.False(records.Current.Key.IsNull);
        Assert.True(records.Current.Value.IsNull);
        Assert.False(records.MoveNext());
        Assert.False(records.Failed);
    }

    [Fact]
    public void A_record_lies_as_the_format_says()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(1_700_000_000_000, "k"u8, "v"u8, [new RecordHeader("h", "x"u8.ToArray())]);
        var batch = builder.Finish().ToArray();
        Assert.Equal("18000000" + "026B" + "0276" + "02" + "0268" + "0278", Convert.ToHexString(batch.AsSpan(RecordBatch.HeaderSize)));
    }

    [Fact]
    public void The_header_is_laid_out_as_the_format_says()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { BaseOffset = 0x0102030405060708, LeaderEpoch = 9, ProducerId = 10, ProducerEpoch = 11, BaseSequence = 12, IsTransactional = true });
        builder.Append(100, default, default);
        builder.Append(99, default, default);
        var batch = builder.Finish().ToArray();

        Assert.Equal("0102030405060708", Convert.ToHexString(batch.AsSpan(0, 8)));
        Assert.Equal(batch.Length - 12, (int)Convert.ToUInt32(Convert.ToHexString(batch.AsSpan(8, 4)), 16));
        Assert.Equal("00000009" + "02", Convert.ToHexString(batch.AsSpan(12, 5)));
        Assert.Equal(
            "0010" + "00000001" + "0000000000000064" + "0000000000000064" + "000000000000000A" + "000B" + "0000000C" + "00000002",
            Convert.ToHexString(batch.AsSpan(21, 40)));
        Assert.True(RecordBatch.HasValidCrc(batch));
    }

    [Fact]
    public void Stamping_offset_and_epoch_leaves_the_checksum_valid_and_other_patches_renew_it()
    {
        var batch = OneRecord();
        RecordBatch.PatchBaseOffset(batch, 1234);
        RecordBatch.PatchLeaderEpoch(batch, 7);
        Assert.True(RecordBatch.HasValidCrc(batch));

        RecordBatch.PatchMaxTimestamp(batch, logAppendTime: true, 55);
        Assert.True(RecordBatch.HasValidCrc(batch));
        RecordBatch.PatchProducer(batch, 5, 6, int.MaxValue, transactional: true);
        Assert.True(RecordBatch.HasValidCrc(batch));

        Assert.True(BatchHeader.TryRead(batch, out var header));
        Assert.Equal((1234L, 7, 55L, true, true), (header.BaseOffset, header.LeaderEpoch, header.MaxTimestamp, header.IsLogAppendTime, header.IsTransactional));
        Assert.Equal(5, header.ProducerId);
        var records = new RecordReader(header, batch.AsSpan(RecordBatch.HeaderSize));
        Assert.True(records.MoveNext());
        Assert.Equal(55, records.Current.Timestamp);
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(int.MaxValue, 0, int.MaxValue)]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue - 1, 4, 2)]
    public void Sequences_wrap_to_zero(int sequence, int delta, int expected) => Assert.Equal(expected, RecordBatch.AdvanceSequence(sequence, delta));

    [Fact]
    public void Any_single_flipped_bit_behind_the_magic_is_noticed()
    {
        var batch = OneRecord();
        for (var bit = RecordBatch.CrcAt * 8; bit < batch.Length * 8; bit++)
        {
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RecordBatch.HasValidCrc(batch));
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Lying_records_end_the_walk_with_a_failure_and_never_beyond_the_bytes()
    {
        var random = new Random(11);
        using var builder = new RecordBatchBuilder();
        for (var round = 0; round < 20_000; round++)
        {
            builder.Start(new BatchSettings());
            for (var index = 0; index < 3; index++)
                builder.Append(index, "key"u8, "some value"u8, [new RecordHeader("a", "b"u8.ToArray()), new RecordHeader("c", null)]);

            var batch = builder.Finish().ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                batch[random.Next(57, batch.Length)] = (byte)random.Next(256);

            Assert.True(BatchHeader.TryRead(batch, out var header));
            var records = new RecordReader(header, batch.AsSpan(RecordBatch.HeaderSize, random.Next(0, batch.Length - RecordBatch.HeaderSize + 1)));
            while (records.MoveNext())
            {
                var headers = records.Current.Headers;
                while (headers.MoveNext())
                    Assert.True(headers.Key.Length <= batch.Length);
                Assert.False(headers.Failed);
            }
        }
    }

    [Fact]
    public void A_run_of_batches_is_walked_to_the_last_whole_one()
    {
        var first = OneRecord();
        var second = OneRecord();
        byte[] run = [.. first, .. second, .. first.AsSpan(0, 30)];
        var batches = new BatchReader(run);
        Assert.True(batches.MoveNext());
        Assert.Equal(0, batches.Position);
        Assert.True(batches.MoveNext());
        Assert.Equal(first.Length, batches.Position);
        Assert.False(batches.MoveNext());
        Assert.False(batches.Failed);
        Assert.Equal(first.Length + second.Length, batches.NextPosition);
    }

    [Fact]
    public void Building_and_walking_batches_allocates_nothing_once_warm()
    {
        using var builder = new RecordBatchBuilder();
        using var content = new BatchContent();
        var key = new byte[10];
        var value = new byte[90];
        var sum = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            builder.Start(new BatchSettings { Codec = Codec.Lz4 });
            for (var index = 0; index < 1000; index++)
                builder.Append(index, key, value);
            var batch = builder.Finish().Span;
            BatchHeader.TryRead(batch, out var header);
            content.Open(header, batch, 1 << 20, out var records);
            while (records.MoveNext())
                sum += records.Current.Value.Span.Length;
            if (round == 2)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(3 * 1000 * 90, sum);
    }

    [Fact]
    public void A_transaction_marker_is_one_control_record_that_reads_back()
    {
        var batch = new EndTransactionMarker(Committed: true, CoordinatorEpoch: 17).ToBatch(producerId: 5, producerEpoch: 3, timestamp: 1000, leaderEpoch: 2);
        Assert.True(RecordBatch.HasValidCrc(batch));
        Assert.True(BatchHeader.TryRead(batch, out var header));
        Assert.True(header is { IsControl: true, IsTransactional: true, RecordCount: 1, ProducerId: 5, ProducerEpoch: 3, BaseSequence: -1, LeaderEpoch: 2 });
        Assert.True(EndTransactionMarker.TryRead(header, batch, out var marker));
        Assert.Equal(new EndTransactionMarker(true, 17), marker);
    }

    private static byte[] OneRecord()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(42, "key"u8, "value"u8);
        return builder.Finish().ToArray();
    }

    private static void RoundTrips(Codec codec, Sample[] samples)
    {
        using var builder = new RecordBatchBuilder(initialCapacity: 64);
        using var content = new BatchContent();
        builder.Start(new BatchSettings { Codec = codec, BaseOffset = 1000 });
        foreach (var sample in samples)
            builder.Append(sample.Timestamp, sample.Key, sample.Value, sample.Headers);
        var batch = builder.Finish().ToArray();

        Assert.True(RecordBatch.HasValidCrc(batch));
        Assert.True(BatchHeader.TryRead(batch, out var header));
        Assert.Equal((samples.Length, Math.Max(samples.Length - 1, 0)), (header.RecordCount, header.LastOffsetDelta));
        Assert.Equal(DecompressionProblem.None, content.Open(header, batch, 1 << 24, out var records));
        foreach (var (index, sample) in samples.Index())
        {
            Assert.True(records.MoveNext());
            var record = records.Current;
            Assert.Equal((1000L + index, sample.Timestamp), (record.Offset, record.Timestamp));
            Assert.Equal(sample.Key, record.Key.ToArray());
            Assert.Equal(sample.Value, record.Value.ToArray());
            var headers = record.Headers;
            foreach (var expected in sample.Headers)
            {
                Assert.True(headers.MoveNext());
                Assert.Equal(expected.Key, System.Text.Encoding.UTF8.GetString(headers.Key));
                Assert.Equal(expected.Value?.ToArray(), headers.Value.ToArray());
            }

            Assert.False(headers.MoveNext());
        }

        Assert.False(records.MoveNext());
        Assert.False(records.Failed);
        Assert.Equal(0, records.Surplus);
    }

    private static Gen<Sample> AnyRecord =>
        from timestamp in Gen.OneOf(Gen.Choose(-5, 5).Select(x => (long)x), Gen.Choose(0, int.MaxValue).Select(x => 1_600_000_000_000 + x), Gen.Constant(long.MaxValue))
        from key in AnyBytes
        from value in AnyBytes
        from headers in Gen.Choose(0, 3).SelectMany(count => AnyHeader.ArrayOf(count))
        select new Sample(timestamp, key, value, headers);

    private static Gen<RecordHeader> AnyHeader =>
        from key in Gen.Elements("", "h", "ünïcode", "a rather longer header name than most that one meets, to need two bytes of length: 0123456789012345678901234567890123456789")
        from value in AnyBytes
        select new RecordHeader(key, value is null ? null : new ReadOnlyMemory<byte>(value));

    private static Gen<byte[]?> AnyBytes =>
        Gen.Frequency<byte[]?>(
            (1, Gen.Constant<byte[]?>(null)),
            (4, Gen.Choose(0, 40).SelectMany(count => Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf(count)).Select(x => (byte[]?)x)),
            (1, Gen.Choose(100, 40_000).Select(count => (byte[]?)Enumerable.Range(0, count).Select(x => (byte)(x * x / 7)).ToArray())));

    private sealed record Sample(long Timestamp, byte[]? Key, byte[]? Value, RecordHeader[] Headers);
}
