using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Tests.Coordination;

public sealed class CoordinatorKeysTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 97)]
    [InlineData("ab", 3105)]
    public void The_hash_is_that_of_Java(string key, int hash) =>
        Assert.Equal(hash % 50, CoordinatorKeys.PartitionFor(key, 50));
}
