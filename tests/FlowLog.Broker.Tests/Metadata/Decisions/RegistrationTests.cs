using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Tests.Metadata.Decisions;

public sealed class RegistrationTests
{
    private const int Self = 1;
    private const int Nobody = -1;

    private static readonly Guid Topic = new(1, 2, 3, new byte[8]);

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 6)]
    public void After_a_clean_end_leaderships_go_on_and_after_an_unclean_one_they_are_new(bool wasClean, int leaderEpoch)
    {
        var partition = Register(Partition(leader: Self, isr: [Self]), wasClean);

        Assert.Equal((Self, leaderEpoch), (partition.Leader, partition.LeaderEpoch));
    }

    [Theory]
    [InlineData(new[] { Self }, new int[0], new int[0])]
    [InlineData(new int[0], new[] { Self }, new[] { Self })]
    [InlineData(new int[0], new int[0], new[] { Self })]
    public void A_partition_that_nobody_leads_is_led_by_the_replica_that_has_everything(int[] isr, int[] eligible, int[] lastKnown)
    {
        var partition = Register(Partition(Nobody, isr, eligible, lastKnown), wasClean: true);

        Assert.Equal((Self, 6), (partition.Leader, partition.LeaderEpoch));
        Assert.Equal([Self], partition.Isr);
        Assert.Empty(partition.EligibleLeaders);
        Assert.Empty(partition.LastKnownEligible);
    }

    [Theory]
    [InlineData(new[] { 2 }, new[] { Self })]
    [InlineData(new int[0], new[] { 2 })]
    [InlineData(new int[0], new int[0])]
    public void A_replica_that_may_lack_something_does_not_lead(int[] isr, int[] eligible) =>
        Assert.Equal(Nobody, Register(Partition(Nobody, isr, eligible), wasClean: true).Leader);

    private static PartitionRecord Partition(int leader, int[] isr, int[]? eligible = null, int[]? lastKnown = null) => new()
    {
        TopicId = Topic,
        PartitionId = 0,
        Replicas = [Self, 2],
        Isr = [.. isr],
        EligibleLeaderReplicas = [.. eligible ?? []],
        LastKnownElr = [.. lastKnown ?? []],
        Leader = leader,
        LeaderEpoch = 5,
    };

    private static PartitionImage Register(PartitionRecord partition, bool wasClean)
    {
        var before = Apply(ClusterImage.Empty, [new TopicRecord { Name = "t", TopicId = Topic }, partition]);
        var start = new BrokerStart(Self, Guid.Empty, [], null, [], wasClean);
        return Apply(before, Registration.Decide(before, start, 7).Records).Topics.Find("t")!.Partitions[0];
    }

    private static ClusterImage Apply(ClusterImage image, IEnumerable<IMetadataRecord> records)
    {
        var delta = new ClusterDelta(image);
        foreach (var record in records)
            delta.Replay(record);
        return delta.Apply(image.Offset + 1, 1);
    }
}
