namespace FlowLog.Broker.Tests.Replication;

public sealed class PartitionOpenerTests
{
    private const int Partitions = 200;

    [Fact]
    public void What_a_partition_costs_does_not_grow_with_the_number_of_those_that_are_there()
    {
        using var node = new NodeBench();
        node.CreateTopic("warm", Partitions);
        var first = Create(node, "first", Partitions);

        Create(node, "many", 10 * Partitions);

        Assert.InRange(Create(node, "last", Partitions) / (double)first, 0, 1.15);
    }

    [Fact]
    public void Options_of_a_topic_are_worked_out_once_for_all_its_partitions()
    {
        using var node = new NodeBench();
        node.CreateTopic("warm", Partitions);

        // Three dozen configs, found and parsed, are a dozen kilobytes.
        Assert.InRange(Create(node, "t", Partitions) / Partitions, 0, 30_000);
    }

    [Fact]
    public void Each_partition_rolls_its_segments_at_a_moment_of_its_own()
    {
        using var node = new NodeBench();
        node.CreateTopic("t", 3, ("segment.jitter.ms", "1000000"));

        Assert.Equal(3, Enumerable.Range(0, 3).Select(partition => node.Leader("t", partition).Log.Options.SegmentJitterMs).Distinct().Count());
    }

    private static long Create(NodeBench node, string name, int partitions)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        node.CreateTopic(name, partitions);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
