using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Tests.Consuming;

public sealed class ConsumedRecordTests
{
    [Fact]
    public void A_null_stays_null_and_what_is_empty_stays_empty()
    {
        var copies = CopiesOf(batch =>
        {
            batch.Append(0, NullableBytes.Null, new NullableBytes([]), [new RecordHeader("h", default(ReadOnlyMemory<byte>?)), new RecordHeader("e", Array.Empty<byte>())]);
            batch.Append(0, new NullableBytes([]), NullableBytes.Null);
        });

        Assert.Null(copies[0].Key);
        Assert.Equal(0, copies[0].Value!.Value.Length);
        Assert.Null(copies[0].Headers[0].Value);
        Assert.Equal(0, copies[0].Headers[1].Value!.Value.Length);
        Assert.Equal(0, copies[1].Key!.Value.Length);
        Assert.Null(copies[1].Value);
    }

    [Fact]
    public void A_copy_holds_what_the_record_held()
    {
        var copy = Assert.Single(CopiesOf(batch => batch.Append(5, new NullableBytes("key"u8), new NullableBytes("value"u8))));

        Assert.Equal("key"u8.ToArray(), copy.Key!.Value.ToArray());
        Assert.Equal("value"u8.ToArray(), copy.Value!.Value.ToArray());
        Assert.Equal(5, copy.Timestamp);
    }

    private static List<ConsumedRecord> CopiesOf(Action<RecordBatchBuilder> append)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        append(builder);
        var batch = builder.Finish();
        Assert.True(BatchHeader.TryRead(batch.Span, out var header));

        var copies = new List<ConsumedRecord>();
        foreach (var record in new RecordReader(header, batch.Span[RecordBatch.HeaderSize..]))
            copies.Add(new ConsumedRecord(new TopicPartition("t", 0), record.Offset, record.Timestamp, TimestampType.CreateTime, -1, record));
        return copies;
    }
}
