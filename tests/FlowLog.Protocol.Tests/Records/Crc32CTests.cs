using System.Runtime.Intrinsics.X86;
using System.Text;
using FlowLog.Protocol.Records;

namespace FlowLog.Protocol.Tests.Records;

public sealed class Crc32CTests
{
    [Fact]
    public void The_published_check_value_comes_out() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void The_vectors_of_the_iSCSI_standard_come_out()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(x => (byte)x).ToArray()));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute(Enumerable.Range(0, 32).Select(x => (byte)(31 - x)).ToArray()));
    }

    [Fact]
    public void Nothing_has_the_checksum_zero() => Assert.Equal(0u, Crc32C.Compute([]));

    [Fact]
    public void Every_way_of_computing_agrees_with_one_bit_at_a_time_at_every_length_and_alignment()
    {
        var random = new Random(7);
        var bytes = new byte[2100];
        random.NextBytes(bytes);
        for (var length = 0; length <= 2048; length++)
        {
            var piece = bytes.AsSpan(random.Next(0, 50), length);
            var start = (uint)random.Next();
            var expected = OneBitAtATime(start, piece);
            Assert.Equal(expected, Crc32C.UpdateByWords(start, piece));
            Assert.Equal(~OneBitAtATime(uint.MaxValue, piece), Crc32C.Compute(piece));
            if (length >= 64 && Pclmulqdq.IsSupported)
                Assert.Equal(expected, Crc32C.UpdateByNarrowFolding(start, piece));
            if (length >= 256 && Pclmulqdq.V512.IsSupported)
                Assert.Equal(expected, Crc32C.UpdateByWideFolding(start, piece));
        }
    }

    [Fact]
    public void A_checksum_can_be_continued_from_any_point()
    {
        var bytes = new byte[3000];
        new Random(3).NextBytes(bytes);
        var whole = Crc32C.Compute(bytes);
        for (var cut = 0; cut <= bytes.Length; cut += 37)
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    private static uint OneBitAtATime(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (var single in bytes)
        {
            register ^= single;
            for (var bit = 0; bit < 8; bit++)
                register = (register >> 1) ^ ((register & 1) * 0x82F63B78);
        }

        return register;
    }
}
