using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class RecordCodecTests
{
    [Fact]
    public void A_metadata_record_stands_behind_frame_number_and_version()
    {
        using var writer = new WireWriter();
        MetadataRecordCodec.Write(writer, new FeatureLevelRecord { Name = "f", FeatureLevel = 2 }, 0);

        Assert.Equal("01" + "0C" + "00" + "0266" + "0002" + "00", Convert.ToHexString(writer.WrittenSpan));
        Assert.Null(MetadataRecordCodec.Read(writer.WrittenMemory, out var record, out var version));
        Assert.Equal(("f", (short)0), (Assert.IsType<FeatureLevelRecord>(record).Name, version));
    }

    [Theory]
    [InlineData("", "a variable-length number does not end")]
    [InlineData("020C00", "metadata framing 2, where 1 is known")]
    [InlineData("01E80700", "metadata record 1000 v0 is not known")]
    [InlineData("010C09", "FeatureLevelRecord has no version 9")]
    [InlineData("010C00", "a variable-length number does not end")]
    public void A_metadata_record_that_is_not_understood_says_why(string hex, string problem)
    {
        Assert.StartsWith(problem, MetadataRecordCodec.Read(Convert.FromHexString(hex), out var record, out _), StringComparison.Ordinal);
        Assert.Null(record);
    }

    [Fact]
    public void A_committed_offset_has_the_bytes_of_the_offsets_topic()
    {
        using var key = new WireWriter();
        using var value = new WireWriter();

        CoordinatorRecordCodec.WriteKey(key, new OffsetCommitKey { Group = "g", Topic = "t", Partition = 3 });
        CoordinatorRecordCodec.WriteValue(value, new OffsetCommitValue { Offset = 5, LeaderEpoch = 1, Metadata = "", CommitTimestamp = 9 }, 3);

        Assert.Equal("0001" + "000167" + "000174" + "00000003", Convert.ToHexString(key.WrittenSpan));
        Assert.Equal("0003" + "0000000000000005" + "00000001" + "0000" + "0000000000000009", Convert.ToHexString(value.WrittenSpan));
    }

    [Theory]
    [InlineData(false, "010101010101FFFFFFFF0101000100")]
    [InlineData(true, "010101010101FFFFFFFF0101000701000000050100")]
    public void A_struct_in_a_tagged_field_is_null_as_Kafka_writes_it(bool present, string hex)
    {
        // By default the struct is there and empty, so its absence has to be written; and in a tagged field null is 0 where it is -1 elsewhere.
        var value = new ConsumerGroupMemberMetadataValue { ClassicMemberMetadata = present ? new() { SessionTimeoutMs = 5 } : null };
        using var writer = new WireWriter();

        value.Write(writer, 0);

        Assert.Equal(hex, Convert.ToHexString(writer.WrittenSpan));
    }

    [Fact]
    public void Keys_and_values_of_the_same_number_belong_to_their_coordinator()
    {
        byte[] bytes = [0, 0, 0, 1, (byte)'x', 0, 1, (byte)'y', 0, 0, 0, 1];

        Assert.Null(CoordinatorRecordCodec.ReadKey(CoordinatorKind.Group, bytes, out var ofGroup));
        Assert.Null(CoordinatorRecordCodec.ReadKey(CoordinatorKind.Transaction, bytes, out var ofTransaction));

        Assert.IsType<LegacyOffsetCommitKey>(ofGroup);
        Assert.Equal("x", Assert.IsType<TransactionLogKey>(ofTransaction).TransactionalId);
        Assert.IsType<LegacyOffsetCommitValue>(RecordCatalog.CreateValue(CoordinatorKind.Group, ofGroup.ApiKeyNumber));
    }

    [Fact]
    public void A_record_of_a_later_version_is_named_and_not_thrown_at()
    {
        Assert.Equal("Group record 99 is not known", CoordinatorRecordCodec.ReadKey(CoordinatorKind.Group, new byte[] { 0, 99 }, out var key));
        Assert.Null(key);
    }

    [Fact]
    public void A_subscription_of_a_later_version_is_read_as_far_as_it_is_known()
    {
        var bytes = VersionedBytes.ToArray(new ConsumerProtocolSubscription { Topics = ["t"], RackId = "r" }, ConsumerProtocolSubscription.HighestVersion);
        bytes[1] = 99;
        var subscription = new ConsumerProtocolSubscription();

        Assert.Null(VersionedBytes.Read((byte[])[.. bytes, 1, 2, 3], subscription, out var version));

        Assert.Equal((99, "r"), (version, subscription.RackId));
    }
}
