using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers;

/// <summary>Sentences that Kafka's tools print as they come. Their users know them from Kafka, and look for them.</summary>
public sealed class RefusalTextTests : IDisposable
{
    private readonly NodeBench _node = new();

    public RefusalTextTests() => _node.CreateTopic("t");

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("t", "retention.ms", "abc", "Invalid value abc for configuration retention.ms: Not a number of type LONG")]
    [InlineData("t", "retention.ms", "-2", "Invalid value -2 for configuration retention.ms: Value must be at least -1")]
    [InlineData("t", "min.cleanable.dirty.ratio", "2", "Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData("t", "preallocate", "maybe", "Invalid value maybe for configuration preallocate: Expected value to be either true or false")]
    [InlineData("t", "cleanup.policy", "delete,burn", "Invalid value burn for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("t", "compression.gzip.level", "12", "Invalid value 12 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1")]
    public void A_value_of_a_topic_config(string topic, string key, string value, string expected) => Assert.Equal(expected, Refused(ConfigResourceType.Topic, topic, key, value));

    [Theory]
    [InlineData("1", "log.dirs", "/data", "Cannot update these configs dynamically: [log.dirs]")]
    [InlineData("", "ssl.client.auth", "none", "Cannot update these configs at default cluster level, broker id must be specified: [ssl.client.auth]")]
    public void A_value_of_a_broker_config(string broker, string key, string value, string expected) => Assert.Equal(expected, Refused(ConfigResourceType.Broker, broker, key, value));

    [Fact]
    public void The_interval_of_client_metrics() => Assert.Equal(
        "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)", Refused(ConfigResourceType.ClientMetrics, "m", "interval.ms", "5"));

    [Theory]
    [InlineData("nope", 0, "No such topic as nope")]
    [InlineData("t", 9, "No such partition as t-9")]
    public void An_election(string topic, int partition, string expected) => Assert.Equal(
        expected,
        _node.Ask(new ElectLeadersRequest { TimeoutMs = 1000, TopicPartitions = [new() { Topic = topic, Partitions = [partition] }] }).ReplicaElectionResults[0].PartitionResult[0].ErrorMessage);

    [Fact]
    public void An_access_rule() => Assert.Equal("No Authorizer is configured on the broker", _node.Ask(new DescribeAclsRequest
    {
        ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 1, PermissionType = 1,
    }).ErrorMessage);

    [Theory]
    [InlineData("nosuch.version", 1, "Invalid update version 1 for feature nosuch.version. Local controller 1 does not support this feature.")]
    [InlineData("group.version", 9, "Invalid update version 9 for feature group.version. Local controller 1 only supports versions 0-1")]
    public void A_level_of_a_feature(string feature, short level, string expected) => Assert.EndsWith(
        expected,
        _node.Ask(new UpdateFeaturesRequest { TimeoutMs = 1000, FeatureUpdates = [new() { Feature = feature, MaxVersionLevel = level, UpgradeType = 1 }] }).ErrorMessage);

    private string? Refused(ConfigResourceType type, string resource, string key, string value) => _node.Ask(new IncrementalAlterConfigsRequest
    {
        Resources = [new() { ResourceType = (sbyte)type, ResourceName = resource, Configs = [new() { Name = key, Value = value }] }],
    }).Responses[0].ErrorMessage;
}
