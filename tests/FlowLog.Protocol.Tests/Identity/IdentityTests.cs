using FlowLog.Protocol.Identity;

namespace FlowLog.Protocol.Tests.Identity;

public sealed class IdentityTests
{
    [Fact]
    public void A_topic_id_reads_and_writes_as_the_tools_of_Kafka_do()
    {
        // The text of java.util.UUID 01234567-89ab-cdef-0123-456789abcdef in url-safe base64.
        var id = new TopicId(Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"));

        Assert.Equal("ASNFZ4mrze8BI0VniavN7w", id.ToString());
        Assert.True(TopicId.TryParse("ASNFZ4mrze8BI0VniavN7w", out var back));
        Assert.Equal(id, back);
        Assert.Equal("AAAAAAAAAAAAAAAAAAAAAQ", TopicId.Metadata.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ASNFZ4mrze8BI0VniavN7")]
    [InlineData("ASNFZ4mrze8BI0VniavN7ww")]
    [InlineData("ASNFZ4mrze8BI0VniavN/w")]
    [InlineData("ASNFZ4mrze8BI0Vniav w ")]
    public void What_is_no_topic_id_is_not_read(string? text) => Assert.False(TopicId.TryParse(text, out _));

    [Fact]
    public void Ids_that_look_like_options_or_are_reserved_are_not_handed_out()
    {
        Assert.False(TopicId.Zero.IsUsable);
        Assert.False(TopicId.Metadata.IsUsable);
        Assert.False(new TopicId(Guid.Parse("f8000000-0000-4000-8000-000000000000")).IsUsable);
        Assert.True(new TopicId(Guid.Parse("01234567-89ab-cdef-0123-456789abcdef")).IsUsable);
    }

    [Fact]
    public void Partitions_sort_by_name_and_then_by_number()
    {
        TopicPartition[] unsorted = [new("b", 0), new("a", 10), new("a", 2)];

        Assert.Equal(["a-2", "a-10", "b-0"], unsorted.Order().Select(p => p.ToString()));
    }

    [Fact]
    public void The_next_epoch_is_later()
    {
        var epoch = new LeaderEpoch(4);

        Assert.True(epoch.Next > epoch);
        Assert.True(LeaderEpoch.None < new LeaderEpoch(0));
        Assert.True(LeaderEpoch.None.IsNone && NodeId.None.IsNone && ProducerIdAndEpoch.None.IsNone);
    }
}
