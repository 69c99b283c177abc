using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Tests.Compression;

public sealed class CodecTests
{
    public static TheoryData<Codec> EveryCodec => [Codec.None, Codec.Gzip, Codec.Snappy, Codec.Lz4, Codec.Zstd];

    [Theory]
    [MemberData(nameof(EveryCodec))]
    public void Sizes_around_every_boundary_come_back(Codec codec)
    {
        foreach (var size in new[] { 1, 2, 100, 16383, 16384, 16385, 32767, 32768, 32769, 65536, 65537, 300_000, 5_000_000 })
        {
            foreach (var source in new[] { Noise(size), Text(size), new byte[size] })
            {
                using var packed = Compress(codec, source);
                using var plain = new PooledBuffer();
                Assert.Equal(DecompressionProblem.None, Decompressor.Decompress(codec, packed.WrittenSpan, size, plain));
                Assert.True(source.AsSpan().SequenceEqual(plain.WrittenSpan));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryCodec))]
    public void One_byte_above_the_budget_is_refused_and_the_target_is_left_as_it_was(Codec codec)
    {
        foreach (var size in new[] { 1, 1000, 16384, 70_000, 2_000_000 })
        {
            using var packed = Compress(codec, Text(size));
            using var plain = new PooledBuffer();
            plain.Write("before"u8);
            Assert.Equal(DecompressionProblem.OverBudget, Decompressor.Decompress(codec, packed.WrittenSpan, size - 1, plain));
            Assert.Equal("before"u8, plain.WrittenSpan);
        }
    }

    [Theory]
    [MemberData(nameof(EveryCodec))]
    public void A_bomb_takes_no_more_memory_than_its_budget(Codec codec)
    {
        if (codec == Codec.None)
            return;

        using var packed = Compress(codec, new byte[64 << 20]);
        using var plain = new PooledBuffer();
        Assert.Equal(DecompressionProblem.OverBudget, Decompressor.Decompress(codec, packed.WrittenSpan, 1 << 20, plain));
        Assert.True(plain.Capacity <= 4 << 20, $"{plain.Capacity} bytes were taken");
    }

    [Theory]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void Cut_streams_are_refused(Codec codec)
    {
        var source = Text(20_000);
        using var packed = Compress(codec, source);
        for (var length = 0; length < packed.Length; length += Math.Max(1, packed.Length / 400))
        {
            using var plain = new PooledBuffer();
            var problem = Decompressor.Decompress(codec, packed.WrittenSpan[..length], 1 << 20, plain);

            // A snappy stream has no end of its own: cut between blocks it is whole, and the records then do not add up.
            Assert.True(problem == DecompressionProblem.Malformed || (codec == Codec.Snappy && length == 16), $"{codec} cut at {length}: {problem}");
        }
    }

    [Theory]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void Damaged_streams_never_throw_and_never_pass_the_budget(Codec codec)
    {
        var random = new Random((int)codec);
        using var packed = Compress(codec, Text(5_000));
        using var plain = new PooledBuffer();
        for (var round = 0; round < 3_000; round++)
        {
            var damaged = packed.WrittenSpan.ToArray();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            plain.Clear();
            Decompressor.Decompress(codec, damaged, 100_000, plain);
            Assert.True(plain.Length <= 100_000);
        }
    }

    [Fact]
    public void A_bare_snappy_block_is_read_as_some_clients_send_it()
    {
        var source = Text(10_000);
        using var packed = Compress(Codec.Snappy, source);
        var length = BinaryPrimitives.ReadInt32BigEndian(packed.WrittenSpan[16..]);
        using var plain = new PooledBuffer();
        Assert.Equal(DecompressionProblem.None, Decompressor.Decompress(Codec.Snappy, packed.WrittenSpan.Slice(20, length), 1 << 20, plain));
        Assert.True(source.AsSpan().SequenceEqual(plain.WrittenSpan));
    }

    [Fact]
    public void A_snappy_block_that_announces_gigabytes_gets_no_memory()
    {
        using var plain = new PooledBuffer();
        Assert.NotEqual(DecompressionProblem.None, Decompressor.Decompress(Codec.Snappy, [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0, 0], 1 << 30, plain));
        Assert.Equal(0, plain.Capacity);
    }

    [Fact]
    public void The_lz4_frame_says_what_Java_reads_independent_blocks_without_content_checksum()
    {
        using var packed = Compress(Codec.Lz4, Text(1000));
        Assert.Equal(0x184D2204u, BinaryPrimitives.ReadUInt32LittleEndian(packed.WrittenSpan));
        Assert.Equal(0x60, packed.WrittenSpan[4]);
        Assert.Equal(0x40, packed.WrittenSpan[5]);
        Assert.Equal(0x82, packed.WrittenSpan[6]);
    }

    [Theory]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Zstd)]
    public void Frames_behind_one_another_are_read_as_one(Codec codec)
    {
        using var packed = Compress(codec, Text(1000));
        byte[] twice = [.. packed.WrittenSpan, .. packed.WrittenSpan];
        using var plain = new PooledBuffer();
        Assert.Equal(DecompressionProblem.None, Decompressor.Decompress(codec, twice, 1 << 20, plain));
        Assert.Equal(2000, plain.Length);
    }

    [Theory]
    [InlineData(Codec.Gzip, 1)]
    [InlineData(Codec.Gzip, 4)]
    [InlineData(Codec.Snappy, 3)]
    [InlineData(Codec.Lz4, 1)]
    [InlineData(Codec.Lz4, 40)]
    public void What_stands_behind_the_end_is_left_alone_where_Java_leaves_it_alone(Codec codec, int surplus)
    {
        using var packed = Compress(codec, Text(1000));
        using var plain = new PooledBuffer();

        Assert.Equal(DecompressionProblem.None, Decompressor.Decompress(codec, [.. packed.WrittenSpan, .. new byte[surplus]], 1 << 20, plain));
        Assert.True(Text(1000).AsSpan().SequenceEqual(plain.WrittenSpan));
    }

    [Theory]
    [InlineData(Codec.Gzip, 1, 9)]
    [InlineData(Codec.Lz4, 1, 12)]
    [InlineData(Codec.Zstd, -5, 19)]
    public void A_higher_level_makes_smaller_output_and_odd_levels_are_moved_into_range(Codec codec, int low, int high)
    {
        var source = Text(200_000);
        using var fast = Compress(codec, source, low);
        using var small = Compress(codec, source, high);
        Assert.True(small.Length < fast.Length);
        using var beyond = Compress(codec, source[..1000], int.MaxValue);
        using var below = Compress(codec, source[..1000], -1_000_000);
        Assert.True(beyond.Length > 0 && below.Length > 0);
    }

    [Fact]
    public void The_default_level_of_gzip_compresses()
    {
        using var byDefault = Compress(Codec.Gzip, Text(1000));
        using var byKafkasDefault = Compress(Codec.Gzip, Text(1000), level: -1);

        Assert.True(byDefault.WrittenSpan.SequenceEqual(byKafkasDefault.WrittenSpan));
    }

    [Fact]
    public void An_unknown_codec_is_named_so()
    {
        using var plain = new PooledBuffer();
        Assert.Equal(DecompressionProblem.UnknownCodec, Decompressor.Decompress((Codec)6, [1, 2, 3], 100, plain));
    }

    private static PooledBuffer Compress(Codec codec, byte[] source, int level = Compressor.DefaultLevel)
    {
        var packed = new PooledBuffer();
        Compressor.Compress(codec, level, source, packed);
        return packed;
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int size)
    {
        var random = new Random(size);
        var bytes = new byte[size];
        for (var index = 0; index < size; index++)
            bytes[index] = (byte)"etaoin shrdlu{}:,\"0123"[(int)(22 * Math.Pow(random.NextDouble(), 3))];

        return bytes;
    }
}
