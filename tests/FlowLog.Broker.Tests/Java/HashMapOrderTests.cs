using FlowLog.Broker.Java;

namespace FlowLog.Broker.Tests.Java;

/// <summary>What is expected here a program in Java has printed.</summary>
public sealed class HashMapOrderTests
{
    private const string Configs =
        "retention.ms retention.bytes segment.ms segment.bytes cleanup.policy compression.type min.insync.replicas max.message.bytes flush.ms flush.messages index.interval.bytes preallocate delete.retention.ms";

    [Theory]
    [InlineData("range roundrobin sticky cooperative-sticky", "sticky range roundrobin cooperative-sticky")]
    [InlineData("Aa BB C# a", "Aa BB C# a")]
    [InlineData("BB Aa", "BB Aa")]
    public void Things_come_bucket_by_bucket_and_within_a_bucket_as_they_were_put(string put, string expected) =>
        Assert.Equal(expected, string.Join(' ', HashMapOrder.Of(put.Split(' '), name => name)));

    [Theory]
    [InlineData(12, "compression.type cleanup.policy flush.ms max.message.bytes min.insync.replicas retention.ms segment.ms segment.bytes preallocate index.interval.bytes retention.bytes flush.messages")]
    [InlineData(13, "compression.type max.message.bytes min.insync.replicas preallocate index.interval.bytes retention.bytes delete.retention.ms cleanup.policy flush.ms retention.ms segment.ms segment.bytes flush.messages")]
    public void Twelve_lie_in_sixteen_buckets_and_thirteen_in_thirty_two(int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', HashMapOrder.Of(Configs.Split(' ')[..count], name => name)));

    [Theory]
    [InlineData(11, "compression.type cleanup.policy flush.ms max.message.bytes min.insync.replicas retention.ms segment.ms segment.bytes index.interval.bytes retention.bytes flush.messages")]
    [InlineData(12, "compression.type max.message.bytes min.insync.replicas preallocate index.interval.bytes retention.bytes cleanup.policy flush.ms retention.ms segment.ms segment.bytes flush.messages")]
    public void A_set_of_all_at_once_keeps_room_for_one_more(int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', HashMapOrder.OfSet(Configs.Split(' ')[..count])));

    [Theory]
    [InlineData("", 0)]
    [InlineData("Aa", 2112)]
    [InlineData("retention.ms", -1339220362)]
    [InlineData("\U0001F600", 1772899)]
    public void A_text_has_the_hash_that_Java_gives_it(string text, int hash) => Assert.Equal(hash, JavaHash.Of(text));
}
