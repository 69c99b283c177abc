using System.Buffers.Binary;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Tests.Samples;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Record batches that are wrong in one place, and such as are small on the wire and large once unpacked.</summary>
internal static class HostileBatches
{
    private static readonly (int At, int Size)[] s_headerFields =
    [
        (0, 8), (RecordBatch.LengthAt, 4), (12, 4), (RecordBatch.MagicAt, 1), (17, 4), (21, 2), (23, 4), (27, 8), (35, 8), (43, 8), (51, 2), (53, 4), (57, 4),
    ];

    private static readonly Codec[] s_codecs = [Codec.None, Codec.Gzip, Codec.Snappy, Codec.Lz4, Codec.Zstd];

    /// <summary>A batch as producers send them.</summary>
    public static byte[] Sound(Codec codec, int records = 3)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { Codec = codec });
        for (var i = 0; i < records; i++)
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), new NullableBytes("key"u8), new NullableBytes("value of a record"u8));
        return builder.Finish().ToArray();
    }

    /// <summary>Sound or spoiled, as chance has it.</summary>
    public static byte[] Any(Seeded random)
    {
        var batch = Sound(s_codecs[random.Below(s_codecs.Length)]);
        switch (random.Below(4))
        {
            case 0:
                return batch;
            case 1:
                var (at, size) = s_headerFields[random.Below(s_headerFields.Length)];
                return WithField(batch, at, size, random.Number(long.MinValue, long.MaxValue), random.OneIn(2));
            case 2:
                for (var flips = 1 + random.Below(8); flips > 0; flips--)
                    batch[random.Below(batch.Length)] ^= (byte)(1 << random.Below(8));
                if (random.OneIn(2))
                    RecordBatch.PatchCrc(batch);
                return batch;
            default:
                return batch[..random.Below(batch.Length)];
        }
    }

    /// <summary>Each field of the header with each value that may hurt, once with the checksum of the sound batch and once with the right one.</summary>
    public static IEnumerable<byte[]> EachFieldSpoiled()
    {
        long[] values = [0, 1, -1, -2, 2, 255, short.MaxValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];
        foreach (var codec in s_codecs)
        {
            foreach (var (at, size) in s_headerFields)
            {
                foreach (var value in values)
                {
                    yield return WithField(Sound(codec), at, size, value, fitting: true);
                    yield return WithField(Sound(codec), at, size, value, fitting: false);
                }
            }
        }
    }

    /// <summary>The records of each codec cut off everywhere, and each of their bytes turned round.</summary>
    public static IEnumerable<byte[]> EachByteSpoiled()
    {
        foreach (var codec in s_codecs)
        {
            var sound = Sound(codec);
            for (var at = RecordBatch.HeaderSize; at < sound.Length; at++)
            {
                var turned = sound.ToArray();
                turned[at] ^= 0xFF;
                RecordBatch.PatchCrc(turned);
                yield return turned;
                var cut = sound[..at];
                BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(RecordBatch.LengthAt), cut.Length - RecordBatch.LengthOverhead);
                RecordBatch.PatchCrc(cut);
                yield return cut;
            }
        }
    }

    /// <summary>Small batches that unpack to hundreds of megabytes, or that say that they do.</summary>
    public static IEnumerable<byte[]> Bombs(int plainBytes)
    {
        var zeros = new byte[plainBytes];
        foreach (var codec in s_codecs.Where(codec => codec is not (Codec.None or Codec.Snappy)))
            yield return Holding(codec, Packed(codec, zeros));

        // Snappy shrinks zeros to a twentieth only, so its bomb is smaller.
        yield return Holding(Codec.Snappy, Packed(Codec.Snappy, zeros.AsSpan(0, Math.Min(plainBytes, 18_000_000))));

        // A raw block and one of xerial's, each saying that it holds two thousand million bytes.
        yield return Holding(Codec.Snappy, [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x41]);
        yield return Holding(Codec.Snappy, [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF, 0x41]);
        yield return Holding(Codec.Snappy, [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x41]);

        // A frame of zstd with a content size of 2^62, and one with a window of 2^41 bytes.
        yield return Holding(Codec.Zstd, [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x01, 0, 0]);
        yield return Holding(Codec.Zstd, [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xF8, 0x01, 0, 0]);

        // A frame of lz4 that says it holds 2^62 bytes, in blocks of 4 MB; and a block longer than the batch.
        yield return Holding(Codec.Lz4, [0x04, 0x22, 0x4D, 0x18, 0x68, 0x70, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x5A, 0, 0, 0, 0]);
        yield return Holding(Codec.Lz4, [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73, 0xFF, 0xFF, 0x3F, 0x00, 1, 2, 3]);

        // One record that says it has two thousand million bytes, and a batch of as many records.
        yield return Holding(Codec.None, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 1, 1, 0]);
        yield return WithField(Holding(Codec.Gzip, Packed(Codec.Gzip, zeros.AsSpan(0, 1000))), 57, 4, int.MaxValue, fitting: true);
    }

    /// <summary>Records whose numbers are longer, larger or more negative than any record's, plain and in each codec.</summary>
    public static IEnumerable<byte[]> OddNumbers()
    {
        byte[] endless = [.. Enumerable.Repeat((byte)0xFF, 11)];
        byte[] longZero = [0x80, 0x80, 0x80, 0x80, 0x00];
        byte[] ten = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        byte[] most = [0xFE, 0xFF, 0xFF, 0xFF, 0x0F];
        byte[] least = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        byte[][] numbers = [endless, longZero, ten, most, least, [0x03], [0x01], [0x80]];

        // Length, attributes, time, offset, key, value, headers, one header's name, its value: each of them odd in turn.
        byte[][] sound = [[0x18], [0x00], [0x00], [0x00], [0x02, 0x6B], [0x02, 0x76], [0x02], [0x02, 0x68], [0x02, 0x78]];
        for (var at = 0; at < sound.Length; at++)
        {
            foreach (var number in numbers)
            {
                byte[] section = [.. sound.SelectMany((part, index) => index == at ? [.. number, .. part.Skip(1)] : part)];
                if (at > 0)
                    section[0] = (byte)((section.Length - 1) << 1);
                foreach (var codec in s_codecs)
                    yield return Holding(codec, codec == Codec.None ? section : Packed(codec, section));
            }
        }
    }

    /// <summary>
    /// Message sets of the formats 0 and 1 that unpack to hundreds of megabytes, that lie in one another, and that double with each of those they lie in.
    /// </summary>
    public static IEnumerable<byte[]> OldBombs(int plainBytes)
    {
        foreach (var magic in new byte[] { 0, 1 })
        {
            foreach (var codec in s_codecs.Where(codec => codec is not Codec.None))
            {
                var zeros = new byte[codec == Codec.Snappy ? Math.Min(plainBytes, 18_000_000) : plainBytes];
                yield return OldFormat.Message(magic, codec, Packed(codec, zeros));
                yield return OldFormat.Message(magic, codec, Packed(codec, OldFormat.Message(magic, Codec.None, zeros)));

                var nested = OldFormat.Message(magic, Codec.None, "v"u8);
                var doubling = nested;
                for (var depth = 0; depth < 40; depth++)
                {
                    nested = OldFormat.Message(magic, codec, Packed(codec, nested));
                    doubling = OldFormat.Message(magic, codec, Packed(codec, [.. doubling, .. doubling]));
                    if (doubling.Length > 100_000)
                        doubling = OldFormat.Message(magic, Codec.None, "v"u8);
                }

                yield return nested;
                yield return doubling;
                yield return OldFormat.Message(magic, codec, []);
                yield return OldFormat.Message((byte)(1 - magic), codec, Packed(codec, OldFormat.Message(magic, Codec.None, "v"u8)));
                yield return OldFormat.Message(magic, codec, Packed(codec, Sound(Codec.None)));
                yield return Holding(codec, Packed(codec, OldFormat.Message(magic, codec, Packed(codec, zeros))));
            }
        }
    }

    private static byte[] WithField(byte[] batch, int at, int size, long value, bool fitting)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, value);
        whole[^size..].CopyTo(batch.AsSpan(at));
        if (fitting && at != 17)
            RecordBatch.PatchCrc(batch);
        return batch;
    }

    /// <summary>A batch of one record whose records section is these bytes.</summary>
    private static byte[] Holding(Codec codec, ReadOnlySpan<byte> section)
    {
        byte[] batch = [.. Sound(Codec.None, 1).AsSpan(0, RecordBatch.HeaderSize), .. section];
        batch[22] = (byte)codec;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatch.LengthAt), batch.Length - RecordBatch.LengthOverhead);
        RecordBatch.PatchCrc(batch);
        return batch;
    }

    private static byte[] Packed(Codec codec, ReadOnlySpan<byte> plain)
    {
        var packed = new System.Buffers.ArrayBufferWriter<byte>();
        Compressor.Compress(codec, Compressor.DefaultLevel, plain, packed);
        return packed.WrittenSpan.ToArray();
    }
}
