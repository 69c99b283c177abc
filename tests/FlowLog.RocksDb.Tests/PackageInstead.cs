namespace FlowLog.RocksDb.Tests;

public sealed class PackageInstead
{
    [Fact]
    public void The_binding_and_the_package_share_their_namespace() => Assert.Equal("RocksDbSharp", typeof(RocksDbSharp.DbOptions).Namespace);
}
