using FlowLog.Broker.Handlers.Records;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class RepeatsTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(2_000)]
    public void To_see_that_nothing_is_repeated_takes_no_memory(int count)
    {
        var partitions = Partitions(Enumerable.Range(0, count).Reverse());
        List<ProduceRequest.TopicProduceData> topics = [new() { Name = "a", PartitionData = partitions }, new() { Name = "b", PartitionData = partitions }];
        LookAt(topics, partitions); // rents what later ones rent again

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(LookAt(topics, partitions));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((2, count), (topics.Count, partitions.Count));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100_000)]
    public void What_is_repeated_is_seen(int count) => Assert.True(Repeats.AreIn(Partitions([.. Enumerable.Range(0, count), 1])));

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void A_topic_that_is_repeated_gets_all_partitions(int others)
    {
        var id = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]);
        List<ProduceRequest.TopicProduceData> topics = [Topic("t", id, 1), Topic("u", default, 2), .. Enumerable.Range(0, others).Select(i => Topic($"o{i}", new Guid(i, 0, 0, [1, 0, 0, 0, 0, 0, 0, 0]))), Topic("t", id, 3)];

        Repeats.Merge(topics, byId: others > 0);

        Assert.Equal([1, 3], topics[0].PartitionData.Select(partition => partition.Index));
        Assert.Empty(topics[^1].PartitionData);
        Assert.Single(topics[1].PartitionData);
    }

    private static bool LookAt(List<ProduceRequest.TopicProduceData> topics, List<ProduceRequest.PartitionProduceData> partitions)
    {
        Repeats.Merge(topics, byId: false);
        return Repeats.AreIn(partitions);
    }

    private static ProduceRequest.TopicProduceData Topic(string name, Guid id, params int[] partitions) => new() { Name = name, TopicId = id, PartitionData = Partitions(partitions) };

    private static List<ProduceRequest.PartitionProduceData> Partitions(IEnumerable<int> indexes) => [.. indexes.Select(index => new ProduceRequest.PartitionProduceData { Index = index })];
}
