using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Tests.Coordination;

public sealed class CoordinatorKeysTests
{
    // The negative ones were observed on Apache Kafka 4.3.1: it takes the absolute value, it does not clear the sign bit.
    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("a", 50, 97 % 50)]
    [InlineData("ab", 50, 3105 % 50)]
    [InlineData("polygenelubricants", 50, 0)]
    [InlineData("qtsghnr-g", 8, 1)]
    [InlineData("qbjhfnd-g", 8, 1)]
    [InlineData("qzjcmnp-g", 8, 1)]
    public void A_key_falls_into_the_partition_that_Kafka_puts_it_in(string key, int partitions, int partition) =>
        Assert.Equal(partition, CoordinatorKeys.PartitionFor(key, partitions));
}
