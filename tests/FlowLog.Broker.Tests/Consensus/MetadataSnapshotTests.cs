using FlowLog.Broker.Consensus;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Consensus;

public sealed class MetadataSnapshotTests
{
    private const string Folder = "/data/__cluster_metadata-0";

    private static readonly (string, string)[] s_atEveryChance =
        [("metadata.log.max.record.bytes.between.snapshots", "1"), ("metadata.max.retention.bytes", "0"), ("metadata.log.segment.bytes", "8388608")];

    [Fact]
    public void An_image_made_from_its_own_records_is_the_same()
    {
        var everything = Everything();
        var text = TextOf(everything);

        Assert.Equal(13, text.Split('\n').Length);
        Assert.Equal(text, TextOf(Replayed(ImageRecords.Of(everything))));
    }

    [Fact]
    public void A_snapshot_is_read_as_it_was_written_and_a_damaged_one_not_at_all()
    {
        var disk = new SimulatedDisk(1);
        disk.CreateDirectory(Folder);
        disk.SyncDirectory("/data");
        disk.SyncDirectory("/");
        var id = new SnapshotId(77, 3);

        var everything = Everything();
        MetadataSnapshotFile.Write(disk, Folder, id, ImageRecords.Of(everything), 12345);
        disk.CutPower();
        var read = MetadataSnapshotFile.Read(disk, Folder, id);

        Assert.NotNull(read);
        Assert.Equal((id, 12345L), (read.Id, read.Timestamp));
        Assert.Equal(TextOf(everything), TextOf(Replayed(read.Records)));
        Assert.Equal(["00000000000000000077-0000000003.checkpoint"], disk.ListFiles(Folder));
        disk.FlipBit($"{Folder}/00000000000000000077-0000000003.checkpoint", 300);
        Assert.Null(MetadataSnapshotFile.Read(disk, Folder, id));
    }

    [Fact]
    public void A_node_takes_snapshots_drops_old_ones_and_starts_from_the_newest()
    {
        var disk = new SimulatedDisk(1);
        Guid kept;
        string before;
        using (var node = new NodeBench(disk, s_atEveryChance))
        {
            kept = node.CreateTopic("kept", partitions: 3, ("retention.ms", "5"));
            Assert.True(node.TakeSnapshotWhenDue());
            Assert.False(node.TakeSnapshotWhenDue());
            node.CreateTopic("another");
            Assert.True(node.TakeSnapshotWhenDue());
            before = TextOf(node.Image with { Brokers = node.Image.Brokers.Clear() });
            node.Stop();
        }

        Assert.Single(disk.ListFiles(Folder), name => MetadataSnapshotFile.TryParse(name, out _));
        using var next = new NodeBench(disk, s_atEveryChance);
        Assert.True(next.MetadataLogStart > 0);
        Assert.Equal(kept, next.Image.Topics.Find("kept")!.Id);
        Assert.Equal(before, TextOf(next.Image with { Brokers = next.Image.Brokers.Clear() }));
    }

    [Fact]
    public void What_a_crash_left_of_a_snapshot_is_tidied_up_and_an_older_one_is_taken_where_the_newest_is_damaged()
    {
        var disk = new SimulatedDisk(1);
        using (var node = new NodeBench(disk, ("metadata.log.max.record.bytes.between.snapshots", "1")))
        {
            node.CreateTopic("one");
            Assert.True(node.TakeSnapshotWhenDue());
            node.CreateTopic("two");
            Assert.True(node.TakeSnapshotWhenDue());
            node.Stop();
        }

        var newest = disk.ListFiles(Folder).Last(name => MetadataSnapshotFile.TryParse(name, out _));
        disk.FlipBit($"{Folder}/{newest}", 100);
        using (disk.Open($"{Folder}/00000000000000000999-0000000001.checkpoint.part", Runtime.Disk.FileOpening.New))
        {
        }

        using var next = new NodeBench(disk);

        Assert.NotNull(next.Image.Topics.Find("one"));
        Assert.NotNull(next.Image.Topics.Find("two"));
        Assert.DoesNotContain(disk.ListFiles(Folder), MetadataSnapshotFile.IsUnfinished);
    }

    [Fact]
    public void A_log_that_was_cut_and_has_no_snapshot_is_refused_with_a_sentence()
    {
        var disk = new SimulatedDisk(1);
        using (var node = new NodeBench(disk, s_atEveryChance))
        {
            node.CreateTopic("one");
            Assert.True(node.TakeSnapshotWhenDue());
            node.CreateTopic("two");
            Assert.True(node.TakeSnapshotWhenDue());
            node.Stop();
        }

        foreach (var name in disk.ListFiles(Folder).Where(name => MetadataSnapshotFile.TryParse(name, out _)))
            disk.DeleteFile($"{Folder}/{name}");

        var refused = Assert.Throws<DataFolderException>(() => new NodeBench(disk).Dispose());
        Assert.Contains("no snapshot that can be read stands for what came before", refused.Message);
    }

    private static ClusterImage Everything()
    {
        var topic = Guid.NewGuid();
        return Replayed(
        [
            new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = 30 },
            new FeatureLevelRecord { Name = "group.version", FeatureLevel = 1 },
            new RegisterBrokerRecord
            {
                BrokerId = 1, BrokerEpoch = 9, IncarnationId = topic, Fenced = false, Rack = "r", LogDirs = [topic],
                EndPoints = [new RegisterBrokerRecord.BrokerEndpoint { Name = "PLAINTEXT", Host = "h", Port = 65_000 }],
                Features = [new RegisterBrokerRecord.BrokerFeature { Name = "group.version", MaxSupportedVersion = 1 }],
            },
            new TopicRecord { Name = "t", TopicId = topic },
            new PartitionRecord { PartitionId = 0, TopicId = topic, Replicas = [1, 2], Isr = [1], Leader = 1, LeaderEpoch = 4, PartitionEpoch = 7, Directories = [topic, topic], EligibleLeaderReplicas = [2] },
            new PartitionRecord { PartitionId = 1, TopicId = topic, Replicas = [1], Isr = [1], Leader = -1, LeaderEpoch = 0, PartitionEpoch = 0, Directories = [topic], LastKnownElr = [1] },
            new ConfigRecord { ResourceType = 2, ResourceName = "t", Name = "retention.ms", Value = "7" },
            new ConfigRecord { ResourceType = 4, ResourceName = "", Name = "min.insync.replicas", Value = "1" },
            new ClientQuotaRecord { Entity = [new ClientQuotaRecord.EntityData { EntityType = "user", EntityName = null }], Key = "producer_byte_rate", Value = 1.5 },
            new ProducerIdsRecord { BrokerId = 1, BrokerEpoch = 9, NextProducerId = 3000 },
            new AccessControlEntryRecord { Id = topic, ResourceName = "t", Principal = "User:x", Host = "*" },
            new RegisterControllerRecord { ControllerId = 1, IncarnationId = topic },
            new UserScramCredentialRecord { Name = "u", Mechanism = 1, Salt = new byte[] { 1 }, StoredKey = new byte[] { 2 }, ServerKey = new byte[] { 3 }, Iterations = 4096 },
        ]);
    }

    private static ClusterImage Replayed(IEnumerable<IMetadataRecord> records)
    {
        var delta = new ClusterDelta(ClusterImage.Empty);
        foreach (var record in records)
            delta.Replay(record);
        return delta.Apply(10, 1);
    }

    private static string TextOf(ClusterImage image) => string.Join('\n', ImageRecords.Of(image).Select(MessageText.Full).Order(StringComparer.Ordinal));
}
