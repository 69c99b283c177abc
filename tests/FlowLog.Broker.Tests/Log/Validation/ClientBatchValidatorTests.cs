using System.Buffers.Binary;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Validation;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Log.Validation;

public sealed class ClientBatchValidatorTests
{
    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    public void A_batch_with_more_records_than_it_announces_is_refused(Codec codec)
    {
        var batch = Batch(codec, "first", "second");
        Announce(batch, recordCount: 1);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void A_batch_with_fewer_records_than_it_announces_is_refused()
    {
        var batch = Batch(Codec.None, "first");
        Announce(batch, recordCount: 2);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void Records_that_are_no_records_are_refused()
    {
        var batch = Batch(Codec.None, "value");
        batch.AsSpan(RecordBatch.HeaderSize).Fill(0xff);
        RecordBatch.PatchCrc(batch);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch));
    }

    [Fact]
    public void A_cut_off_batch_behind_a_whole_one_is_dropped()
    {
        byte[] batch = [.. Batch(Codec.None, "value"), 0];
        var result = ClientBatchValidator.Validate(batch, LogOptions.Default, LogBench.Now);
        Assert.Null(result.Refusal);
        Assert.Equal(batch.Length - 1, result.Batch.Length);
    }

    private static ErrorCode Validate(byte[] batch) =>
        ClientBatchValidator.Validate(batch, LogOptions.Default, LogBench.Now).Refusal?.Error ?? ErrorCode.None;

    private static void Announce(byte[] batch, int recordCount)
    {
        const int LastOffsetDeltaAt = 23;
        const int RecordCountAt = 57;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LastOffsetDeltaAt), recordCount - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordCountAt), recordCount);
        RecordBatch.PatchCrc(batch);
    }

    private static byte[] Batch(Codec codec, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { Codec = codec });
        foreach (var value in values)
            builder.Append(LogBench.Now, "key"u8, System.Text.Encoding.UTF8.GetBytes(value));

        return builder.Finish().ToArray();
    }
}
