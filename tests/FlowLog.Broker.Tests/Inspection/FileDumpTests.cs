using FlowLog.Broker.Inspection;
using FlowLog.Broker.Log;
using FlowLog.Broker.Tests.Log;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Inspection;

public sealed class FileDumpTests
{
    [Fact]
    public void A_segment_shows_batches_records_and_markers()
    {
        var bench = new LogBench();
        bench.Produce("one", "two");
        bench.Log.Append(bench.Batch(5, 0, 0, transactional: true, "three"), 0, AppendOrigin.Client, LogBench.Now);
        bench.Log.Append(new EndTransactionMarker(false, 3).ToBatch(5, 0, LogBench.Now, 0), 0, AppendOrigin.Coordinator, LogBench.Now);

        var entries = Dump(bench.Disk, $"{LogBench.Folder}/00000000000000000000.log", new DumpOptions { PrintsRecords = true });

        Assert.Equal(["batch", "record", "record", "batch", "record", "batch", "control"], entries.Select(entry => entry.Kind));
        Assert.Equal((2L, "none", true), (Field(entries[0], "count"), Field(entries[0], "compresscodec"), Field(entries[0], "isvalid")));
        Assert.Equal(("key", "two"), (Field(entries[2], "key"), Field(entries[2], "payload")));
        Assert.Equal(("ABORT", 3L), (Field(entries[6], "endTxnMarker"), Field(entries[6], "coordinatorEpoch")));
    }

    [Fact]
    public void Headers_alone_are_shown_unless_more_is_asked_for()
    {
        var bench = new LogBench();
        bench.Produce("one");

        var entries = Dump(bench.Disk, $"{LogBench.Folder}/00000000000000000000.log", new DumpOptions());

        Assert.Equal("batch", Assert.Single(entries).Kind);
    }

    [Fact]
    public void A_damaged_batch_is_shown_and_told_of()
    {
        var bench = new LogBench();
        bench.Produce("one");
        var path = $"{LogBench.Folder}/00000000000000000000.log";
        bench.Disk.FlipBit(path, 66);
        var entries = new List<DumpEntry>();

        var problem = new FileDump(bench.Disk, new DumpOptions(), entries.Add).Dump(path);

        Assert.Contains("checksum of the batch at position 0 (offset 0)", problem);
        Assert.Equal(false, Field(Assert.Single(entries), "isvalid"));
    }

    [Fact]
    public void Records_of_the_groups_topic_are_decoded_by_the_name_of_their_folder()
    {
        var disk = new SimulatedDisk(1);
        disk.CreateDirectory("/data/__consumer_offsets-3");
        using var writer = new WireWriter();
        CoordinatorRecordCodec.WriteKey(writer, new OffsetCommitKey { Group = "g", Topic = "t", Partition = 2 });
        var key = writer.ToArray();
        var value = VersionedBytes.ToArray(new OffsetCommitValue { Offset = 42, Metadata = "\"m\"" }, 3);
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(1, key, value);
        builder.Append(1, key, NullableBytes.Null);
        using (var file = disk.Open("/data/__consumer_offsets-3/00000000000000000000.log", Runtime.Disk.FileOpening.New))
            file.Write(0, builder.Finish().Span);

        var records = Dump(disk, "/data/__consumer_offsets-3/00000000000000000000.log", new DumpOptions { PrintsRecords = true }).Skip(1).ToList();

        Assert.Equal("""{"type":"1","data":{"group":"g","topic":"t","partition":2}}""", Field(records[0], "key")?.ToString());
        Assert.StartsWith("""{"version":"3","data":{"offset":42,"leaderEpoch":-1,"metadata":"\u0022m\u0022",""", Field(records[0], "payload")?.ToString());
        Assert.Null(Field(records[1], "payload"));
    }

    private static List<DumpEntry> Dump(SimulatedDisk disk, string path, DumpOptions options)
    {
        var entries = new List<DumpEntry>();
        Assert.Null(new FileDump(disk, options, entries.Add).Dump(path));
        return entries;
    }

    private static object? Field(DumpEntry entry, string name) => entry.Fields.First(field => field.Key == name).Value;
}
