using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Cluster;

public sealed class FeatureTests : IDisposable
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;

    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_new_cluster_has_the_highest_level_of_everything_that_works()
    {
        Assert.All(Features.Supported, feature => Assert.Equal(
            feature.Name == Features.KRaft ? 0 : feature.Range.Highest, _node.Image.Features.Level(feature.Name)));
    }

    [Fact]
    public void A_level_falls_only_when_that_is_said_and_rises_again()
    {
        var name = Features.EligibleLeaderReplicas;

        Assert.Equal(ErrorCode.InvalidUpdateVersion, Update(name, 0, Upgrade));
        Assert.Equal(ErrorCode.None, Update(name, 0, SafeDowngrade));
        Assert.Equal(0, _node.Image.Features.Level(name));
        Assert.Equal(ErrorCode.InvalidUpdateVersion, Update(name, 1, SafeDowngrade));
        Assert.Equal(ErrorCode.None, Update(name, 1, Upgrade));
    }

    [Theory]
    [InlineData("no.such.feature", 1, Upgrade)]
    [InlineData(Features.MetadataVersion, 99, Upgrade)]
    [InlineData(Features.MetadataVersion, 28, SafeDowngrade)]
    [InlineData(Features.EligibleLeaderReplicas, -1, SafeDowngrade)]
    [InlineData(Features.EligibleLeaderReplicas, 1, 9)]
    public void Levels_that_cannot_be_are_refused(string feature, short level, sbyte type) =>
        Assert.Equal(ErrorCode.InvalidUpdateVersion, Update(feature, level, type));

    private ErrorCode Update(string feature, short level, sbyte type) => _node.Ask(new UpdateFeaturesRequest
    {
        FeatureUpdates = [new UpdateFeaturesRequest.FeatureUpdateKey { Feature = feature, MaxVersionLevel = level, UpgradeType = type }],
    }).ErrorCode;
}
