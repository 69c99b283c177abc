using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;
using FsCheck.Fluent;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class VarintTests
{
    [Fact]
    public void Any_number_reads_back_in_as_many_bytes_as_its_length_says()
    {
        Prop.ForAll<int>(n => Signed(n) && Unsigned((uint)n)).CheckOrThrow();
        Prop.ForAll<long>(n => SignedLong(n) && UnsignedLong((ulong)n)).CheckOrThrow();
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7E")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    public void Signed_numbers_are_zigzagged(int value, string hex)
    {
        var bytes = new byte[Varint.MaxLength32];

        var length = Varint.Write(bytes, value);

        Assert.Equal(hex, Convert.ToHexString(bytes, 0, length));
    }

    [Theory]
    [InlineData(0u, "00")]
    [InlineData(127u, "7F")]
    [InlineData(128u, "8001")]
    [InlineData(300u, "AC02")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    public void Unsigned_numbers_are_not(uint value, string hex)
    {
        var bytes = new byte[Varint.MaxLength32];

        var length = Varint.WriteUnsigned(bytes, value);

        Assert.Equal(hex, Convert.ToHexString(bytes, 0, length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFF1F")]
    [InlineData("FFFFFFFFFF00")]
    public void A_number_that_does_not_end_or_is_too_large_is_no_number(string hex) =>
        Assert.Equal(0, Varint.ReadUnsigned(Convert.FromHexString(hex), out uint _));

    [Fact]
    public void A_long_number_of_more_than_64_bits_is_no_number() =>
        Assert.Equal(0, Varint.ReadUnsigned(Convert.FromHexString("FFFFFFFFFFFFFFFFFF02"), out ulong _));

    private static bool Signed(int n)
    {
        var bytes = new byte[Varint.MaxLength32];
        var length = Varint.Write(bytes, n);
        return length == Varint.LengthOf(n) && Varint.Read(bytes, out int back) == length && back == n;
    }

    private static bool Unsigned(uint n)
    {
        var bytes = new byte[Varint.MaxLength32];
        var length = Varint.WriteUnsigned(bytes, n);
        return length == Varint.LengthOfUnsigned(n) && Varint.ReadUnsigned(bytes, out uint back) == length && back == n;
    }

    private static bool SignedLong(long n)
    {
        var bytes = new byte[Varint.MaxLength64];
        var length = Varint.Write(bytes, n);
        return length == Varint.LengthOf(n) && Varint.Read(bytes, out long back) == length && back == n;
    }

    private static bool UnsignedLong(ulong n)
    {
        var bytes = new byte[Varint.MaxLength64];
        var length = Varint.WriteUnsigned(bytes, n);
        return length == Varint.LengthOfUnsigned(n) && Varint.ReadUnsigned(bytes, out ulong back) == length && back == n;
    }
}
