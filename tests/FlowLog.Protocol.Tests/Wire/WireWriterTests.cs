using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class WireWriterTests
{
    [Fact]
    public void A_tagged_field_of_any_size_has_its_size_in_front()
    {
        foreach (var size in new[] { 0, 1, 127, 128, 5000, 20000 })
        {
            using var writer = new WireWriter();
            writer.WriteTagCount(1);
            var body = writer.BeginTag(7);
            writer.WriteRaw(Enumerable.Range(0, size).Select(i => (byte)i).ToArray());
            writer.EndTag(body);
            writer.WriteInt8(99);

            var reader = new WireReader(writer.WrittenMemory);
            Assert.Equal(1, reader.ReadTagCount());
            Assert.Equal(7u, reader.ReadTag(out var end));
            Assert.Equal(size, end - reader.Position);
            Assert.Equal(Enumerable.Range(0, size).Select(i => (byte)i), reader.TakeMemory(size).ToArray());
            Assert.Equal(99, reader.ReadInt8());
        }
    }

    [Fact]
    public void Records_that_lie_elsewhere_are_not_copied_but_counted()
    {
        using var writer = new WireWriter();
        writer.WriteInt8(1);
        writer.WriteRecords(new RecordBytes(new Elsewhere([10, 11, 12])), flexible: false);
        writer.WriteInt8(2);
        writer.WriteRecords(new RecordBytes(new Elsewhere([20])), flexible: true);

        Assert.Equal(7, writer.Length);
        Assert.Equal(11, writer.TotalLength);
        Assert.Equal([5, 7], writer.Splices.Select(s => s.Position));
        Assert.Equal([1, 0, 0, 0, 3, 10, 11, 12, 2, 2, 20], writer.ToArray());
    }

    [Fact]
    public void A_frame_counts_the_records_that_lie_elsewhere()
    {
        using var writer = new WireWriter();
        var response = new FetchResponse
        {
            Responses = [new() { Partitions = [new() { Records = new RecordBytes(new Elsewhere(new byte[1000])) }] }],
        };

        Frames.WriteResponse(writer, response, FetchResponse.HighestVersion, correlationId: 5);

        var all = writer.ToArray();
        Assert.True(Frames.TryReadSize(all, out var size));
        Assert.Equal(all.Length - Frames.SizeLength, size);
    }

    [Fact]
    public void A_used_writer_starts_anew_after_a_reset()
    {
        using var writer = new WireWriter();
        writer.WriteRecords(new RecordBytes(new Elsewhere([1])), flexible: true);

        writer.Reset();
        writer.WriteInt16(7);

        Assert.Equal([0, 7], writer.ToArray());
        Assert.Empty(writer.Splices);
    }

    [Fact]
    public void Writing_into_a_buffer_that_is_large_enough_allocates_nothing()
    {
        using var writer = new WireWriter(capacity: 4096);
        var response = new MetadataResponse { Topics = [new() { Name = "t", Partitions = [new() { ReplicaNodes = [1, 2, 3], IsrNodes = [1, 2] }] }] };
        response.Write(writer, 12);
        writer.Reset();
        var before = GC.GetAllocatedBytesForCurrentThread();

        response.Write(writer, 12);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_string_that_no_reader_takes_is_not_written()
    {
        using var writer = new WireWriter();

        Assert.Throws<ArgumentException>(() => writer.WriteString(new string('x', 32768), flexible: true));
        writer.WriteString(new string('x', 32767), flexible: false);
    }

    [Fact]
    public void A_set_field_that_the_version_lacks_is_refused_by_name()
    {
        using var writer = new WireWriter();
        var request = new JoinGroupRequest { GroupInstanceId = "static" };

        var refusal = Assert.Throws<UnsupportedFieldException>(() => request.Write(writer, 4));

        Assert.Equal(("JoinGroupRequest", "GroupInstanceId", (short)4), (refusal.MessageName, refusal.Field, refusal.Version));
        Assert.Equal("JoinGroupRequest v4 has no GroupInstanceId, but it is set.", refusal.Message);
    }

    [Fact]
    public void An_ignorable_field_that_the_version_lacks_is_dropped()
    {
        using var writer = new WireWriter();
        using var without = new WireWriter();

        new JoinGroupRequest { Reason = "why not" }.Write(writer, 7);
        new JoinGroupRequest().Write(without, 7);

        Assert.Equal(without.ToArray(), writer.ToArray());
    }

    [Fact]
    public void A_null_that_the_version_does_not_know_is_refused_by_name()
    {
        using var writer = new WireWriter();

        var refusal = Assert.Throws<UnsupportedFieldException>(() => new MetadataRequest { Topics = null }.Write(writer, 0));

        Assert.Equal("MetadataRequest v0 does not allow Topics to be null.", refusal.Message);
    }

    private sealed class Elsewhere(byte[] bytes) : RecordSource
    {
        public override int Length => bytes.Length;

        public override void CopyTo(Span<byte> destination) => bytes.CopyTo(destination);
    }
}
