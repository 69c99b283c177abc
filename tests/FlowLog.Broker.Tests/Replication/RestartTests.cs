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
}
