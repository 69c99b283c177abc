using System.Text;
using FlowLog.Protocol.Records;

namespace FlowLog.Protocol.Tests.Records;

public sealed class Murmur2Tests
{
    /// <summary>The values that the Java client's own tests hold.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_hash_as_Java_hashes_them(string key, int hash) => Assert.Equal(hash, Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void The_partition_is_the_hash_without_its_sign()
    {
        Assert.Equal((-973932308 & int.MaxValue) % 7, Murmur2.PartitionOf("21"u8, 7));
        Assert.InRange(Murmur2.PartitionOf([], 3), 0, 2);
    }
}
