using FlowLog.Broker.Consensus;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Consensus;

/// <summary>
/// A metadata log that lost what was on the device is no torn tail: the node does not start, and cuts nothing off. What a crash tears is cut without a word.
/// </summary>
public sealed class MetadataDamageTests
{
    private const string Folder = "/data/__cluster_metadata-0";
    private const string Batches = $"{Folder}/00000000000000000000.log";

    private static readonly (string, string)[] s_snapshots = [("metadata.log.max.record.bytes.between.snapshots", "1")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_that_is_garbled_anywhere_in_what_was_synced_stops_the_node_and_is_left_as_it_is(bool wasStoppedCleanly)
    {
        var unnoticed = 0;
        for (var part = 0; part < 40; part++)
        {
            var disk = WithTopics(wasStoppedCleanly);
            var sound = disk.ReadAllBytes(Batches);
            var position = sound.Length * part / 40;
            for (var bit = 0; bit < 8; bit++)
                disk.FlipBit(Batches, position, bit);

            var garbled = disk.ReadAllBytes(Batches);
            var refused = Record.Exception(() => MustKnowAll(disk));
            if (refused is null)
            {
                // The offset and the epoch of a batch are not part of its checksum.
                unnoticed++;
                continue;
            }

            Assert.True(refused is DataFolderException or InvalidDataException, refused.ToString());
            Assert.Contains(Batches, refused.Message);
            Assert.Contains("Restore the data folder from a backup", refused.Message);
            Assert.Equal(garbled, disk.ReadAllBytes(Batches));
            disk.KillProcess();
            for (var bit = 0; bit < 8; bit++)
                disk.FlipBit(Batches, position, bit);

            MustKnowAll(disk);
        }

        Assert.InRange(unnoticed, 0, 4);
    }

    [Fact]
    public void A_log_that_ends_before_what_was_synced_stops_the_node()
    {
        foreach (var wasStoppedCleanly in new[] { true, false })
        {
            for (var part = 0; part < 10; part++)
            {
                var disk = WithTopics(wasStoppedCleanly);
                using (var file = disk.Open(Batches, FileOpening.Existing))
                    file.SetLength(file.Length * part / 10);

                Assert.Throws<DataFolderException>(() => new NodeBench(disk).Dispose());
            }
        }
    }

    [Fact]
    public void A_log_that_is_gone_stops_the_node()
    {
        var disk = WithTopics(wasStoppedCleanly: true);
        disk.DeleteDirectory(Folder);
        var refused = Assert.Throws<DataFolderException>(() => new NodeBench(disk).Dispose());
        Assert.Contains("is missing", refused.Message);
    }

    [Fact]
    public void A_log_without_its_batches_stops_the_node()
    {
        var disk = WithTopics(wasStoppedCleanly: true);
        disk.DeleteFile(Batches);
        var refused = Assert.Throws<DataFolderException>(() => new NodeBench(disk).Dispose());
        Assert.Contains(Folder, refused.Message);
    }

    [Fact]
    public void Without_the_checkpoints_the_node_goes_on_with_what_is_left_and_after_a_crash_too()
    {
        var disk = WithTopics(wasStoppedCleanly: false);
        for (var bit = 0; bit < 8; bit++)
            disk.FlipBit(Batches, 100, bit);

        Assert.Throws<DataFolderException>(() => new NodeBench(disk).Dispose());
        disk.DeleteFile("/data/recovery-point-offset-checkpoint");
        disk.DeleteFile("/data/replication-offset-checkpoint");
        for (var start = 0; start < 3; start++)
        {
            using var node = new NodeBench(disk);
            Assert.Null(node.Image.Topics.Find("one"));
            disk.CutPower();
        }
    }

    [Fact]
    public void A_snapshot_stands_for_what_is_lost_before_it()
    {
        var disk = new SimulatedDisk(1);
        using (var node = new NodeBench(disk, s_snapshots))
        {
            node.CreateTopic("one");
            node.CreateTopic("two");
            Assert.True(node.TakeSnapshotWhenDue());
            node.Checkpoint();
            disk.KillProcess();
        }

        for (var bit = 0; bit < 8; bit++)
            disk.FlipBit(Batches, 300, bit);

        using (var next = new NodeBench(disk, s_snapshots))
        {
            Assert.NotNull(next.Image.Topics.Find("two"));
            next.CreateTopic("three");
            disk.CutPower();
        }

        using var last = new NodeBench(disk, s_snapshots);
        Assert.NotNull(last.Image.Topics.Find("three"));
    }

    [Fact]
    public void No_power_cut_stops_a_node_whenever_it_comes_and_nothing_that_was_answered_is_lost()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var machine = new SimulatedWorld(seed).AddMachine("node");
            var random = new Random(seed);
            var ids = new CountingRandomness();
            var answered = new List<string>();
            for (var life = 0; life < 4; life++)
            {
                machine.CutPowerAfter(random.Next(10, 400));
                try
                {
                    using var node = new NodeBench(ids, machine.Disk, s_snapshots);
                    Assert.All(answered, topic => Assert.NotNull(node.Image.Topics.Find(topic)));
                    while (true)
                        Live(node, random, answered);
                }
                catch (Exception) when (IsGone(machine.Disk))
                {
                    machine.StartProcess();
                }
            }

            using var last = new NodeBench(ids, machine.Disk, s_snapshots);
            Assert.All(answered, topic => Assert.NotNull(last.Image.Topics.Find(topic)));
        }
    }

    private static void Live(NodeBench node, Random random, List<string> answered)
    {
        var topic = $"topic-{answered.Count}-{random.Next()}";
        node.CreateTopic(topic);
        answered.Add(topic);
        if (random.Next(3) == 0)
            node.Checkpoint();
        if (random.Next(4) == 0)
            node.TakeSnapshotWhenDue();
    }

    /// <summary>Nothing works any more until the next process starts.</summary>
    private static bool IsGone(SimulatedDisk disk)
    {
        try
        {
            disk.Open("/probe", FileOpening.ExistingOrNew).Dispose();
            return false;
        }
        catch (DiskException)
        {
            return true;
        }
    }

    private static void MustKnowAll(SimulatedDisk disk)
    {
        using var node = new NodeBench(disk);
        Assert.NotNull(node.Image.Topics.Find("one"));
        Assert.NotNull(node.Image.Topics.Find("two"));
    }

    private static SimulatedDisk WithTopics(bool wasStoppedCleanly)
    {
        var disk = new SimulatedDisk(1);
        using var node = new NodeBench(disk);
        node.CreateTopic("one");
        node.CreateTopic("two");
        if (wasStoppedCleanly)
        {
            node.Stop();
        }
        else
        {
            node.Checkpoint();
            disk.KillProcess();
        }

        return disk;
    }
}
