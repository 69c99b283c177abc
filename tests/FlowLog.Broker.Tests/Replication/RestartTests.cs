using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Replication;

public sealed class RestartTests
{
    [Fact]
    public void What_is_visible_after_a_kill_is_not_taken_back_by_a_power_cut()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var disk = new SimulatedDisk(seed);
            using var first = new NodeBench(disk);
            first.CreateTopic("orders");
            first.Start(first.Produce("orders", NodeBench.Batch("never synced")));
            disk.KillProcess();

            using var second = new NodeBench(disk);
            var visible = second.Leader("orders").HighWatermark;
            disk.CutPower();

            using var third = new NodeBench(disk);
            Assert.True(third.Leader("orders").HighWatermark >= visible, $"seed {seed}: {visible} was visible, {third.Leader("orders").HighWatermark} is left");
        }
    }

    [Fact]
    public void What_is_acknowledged_after_a_kill_survives_a_power_cut_even_if_the_partition_was_made_just_before()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var disk = new SimulatedDisk(seed);
            using var first = new NodeBench(disk);
            first.CreateTopic("orders");
            disk.KillProcess();

            using var second = new NodeBench(disk);
            Assert.Equal(0, second.Append("orders", "acknowledged"));
            disk.CutPower();

            using var third = new NodeBench(disk);
            Assert.Equal(1, third.Leader("orders").HighWatermark);
        }
    }

    /// <summary>Found by thinking: its partitions were made anew in the other directory, empty, and two logs of the same partition kept the next start from happening.</summary>
    [Fact]
    public void A_directory_that_cannot_be_read_at_the_start_takes_its_partitions_offline_and_nothing_is_lost()
    {
        var disk = new SimulatedDisk(1);
        using var first = TwoDirectories(disk);
        first.CreateTopic("orders", partitions: 4);
        for (var partition = 0; partition < 4; partition++)
            first.Ask(first.Produce("orders", NodeBench.Batch("kept"), partition: partition));
        var lost = Enumerable.Range(0, 4).Where(partition => first.Leader("orders", partition).Log.Directory.Path == "/other").ToList();
        Assert.InRange(lost.Count, 1, 3);
        first.Stop();
        disk.KillProcess();

        disk.FailNext(DiskOperation.Open, pathContains: "/other/orders-", times: 1000);
        using var second = TwoDirectories(disk);
        Assert.All(Enumerable.Range(0, 4), partition => Assert.Equal(lost.Contains(partition), second.Partitions.Find("orders")![partition] is not { Ended: ErrorCode.None }));
        Assert.All(Enumerable.Range(0, 4).Except(lost), partition => Assert.Equal(1, second.Leader("orders", partition).HighWatermark));
        second.CreateTopic("later", partitions: 2);
        Assert.All(Enumerable.Range(0, 2), partition => Assert.Equal("/data", second.Leader("later", partition).Log.Directory.Path));
        second.Stop();
        disk.KillProcess();
        disk.HealErrors();

        using var third = TwoDirectories(disk);
        Assert.All(Enumerable.Range(0, 4), partition => Assert.Equal(1, third.Leader("orders", partition).HighWatermark));
    }

    [Fact]
    public void A_node_whose_metadata_cannot_be_read_does_not_begin_as_a_new_cluster()
    {
        var disk = new SimulatedDisk(1);
        using var first = TwoDirectories(disk);
        first.CreateTopic("orders");
        first.Stop();
        disk.KillProcess();

        disk.FailNext(DiskOperation.Open, pathContains: "__cluster_metadata-0/0", times: 1000);
        var refusal = Assert.Throws<IOException>(() => TwoDirectories(disk));
        Assert.Contains("holds the metadata", refusal.Message, StringComparison.Ordinal);
        disk.KillProcess();
        disk.HealErrors();

        using var second = TwoDirectories(disk);
        Assert.NotNull(second.Image.Topics.Find("orders"));
    }

    [Theory]
    [InlineData(DiskException.Full)]
    [InlineData(DiskException.InputOutput)]
    public void A_partition_for_which_there_is_no_disk_does_not_keep_the_node_from_going_on(int errno)
    {
        var disk = new SimulatedDisk(1);
        using var first = TwoDirectories(disk);
        disk.FailNext(DiskOperation.Write, errno, "/other/orders-");
        first.CreateTopic("orders", partitions: 4);
        disk.HealErrors();
        var missing = Enumerable.Range(0, 4).Where(partition => first.Partitions.Find("orders")![partition] is null).ToList();
        Assert.Single(missing);
        first.CreateTopic("later");
        Assert.Equal(0, first.Append("later", "goes on"));
        first.Stop();
        disk.KillProcess();

        using var second = TwoDirectories(disk);
        Assert.Equal(0, second.Ask(second.Produce("orders", NodeBench.Batch("there now"), partition: missing[0])).Responses[0].PartitionResponses[0].BaseOffset);
    }

    [Theory]
    [InlineData(DiskException.Full)]
    [InlineData(DiskException.InputOutput)]
    public void Records_are_not_said_to_be_deleted_while_a_crash_could_bring_them_back(int errno)
    {
        var disk = new SimulatedDisk(1);
        using var node = new NodeBench(disk);
        node.CreateTopic("orders");
        node.Append("orders", "one", "two", "three");
        disk.FailNext(DiskOperation.Write, errno, "log-start-offset-checkpoint");

        Assert.Equal((ErrorCode.KafkaStorageError, -1), Delete(2));
        disk.HealErrors();
        Assert.Equal(errno == DiskException.Full ? (ErrorCode.None, 2) : (ErrorCode.KafkaStorageError, -1), Delete(2));

        (ErrorCode, long) Delete(long below)
        {
            var answer = node.Ask(new DeleteRecordsRequest
            {
                Topics = [new DeleteRecordsRequest.DeleteRecordsTopic { Name = "orders", Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 0, Offset = below }] }],
            }).Topics[0].Partitions[0];
            return (answer.ErrorCode, answer.LowWatermark);
        }
    }

    private static NodeBench TwoDirectories(SimulatedDisk disk) => new(disk, ("log.dirs", "/data,/other"));
}
