using FlowLog.Broker.Handlers.Configs;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Described = FlowLog.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;

namespace FlowLog.Broker.Tests.Handlers.Configs;

public sealed class ConfigTests : IDisposable
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    private readonly NodeBench _node = new();

    public ConfigTests() => _node.CreateTopic("t");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_topic_takes_what_was_set_for_it_else_what_the_broker_has_else_the_default()
    {
        Assert.Equal(("604800000", ConfigSource.Default), Topic("retention.ms"));

        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Broker, "", "log.retention.ms", Set, "5000"));
        Assert.Equal(("5000", ConfigSource.DynamicDefaultBroker), Topic("retention.ms"));

        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Broker, "1", "log.retention.ms", Set, "6000"));
        Assert.Equal(("6000", ConfigSource.DynamicBroker), Topic("retention.ms"));

        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Topic, "t", "retention.ms", Set, "7000"));
        Assert.Equal(("7000", ConfigSource.Topic), Topic("retention.ms"));
    }

    [Fact]
    public void Who_names_a_resource_again_and_again_gets_no_memory_full_of_answers()
    {
        var results = _node.Ask(new DescribeConfigsRequest
        {
            Resources = [.. Enumerable.Range(0, 50_000).Select(_ => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = "1", ConfigurationKeys = null })],
        }).Results;

        Assert.Equal(50_000, results.Count);
        Assert.Equal(1 + DescribeConfigsHandler.MostRepeats, results.Count(result => result.ErrorCode == ErrorCode.None && result.Configs.Count > 0));
        Assert.All(results.Skip(1 + DescribeConfigsHandler.MostRepeats), result => Assert.Equal((ErrorCode.InvalidRequest, 0), (result.ErrorCode, result.Configs.Count)));
    }

    [Fact]
    public void A_change_reaches_the_log_at_once()
    {
        Alter(ConfigResourceType.Topic, "t", "max.message.bytes", Set, "100");
        Assert.Equal(100, _node.Leader("t").Log.Options.MaxMessageBytes);

        Alter(ConfigResourceType.Topic, "t", "max.message.bytes", Delete, null);
        Assert.Equal(1_048_588, _node.Leader("t").Log.Options.MaxMessageBytes);

        Alter(ConfigResourceType.Broker, "", "message.max.bytes", Set, "200");
        Assert.Equal(200, _node.Leader("t").Log.Options.MaxMessageBytes);
    }

    [Fact]
    public void Lists_grow_and_shrink_by_their_elements()
    {
        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Topic, "t", "cleanup.policy", Append, "compact"));
        Assert.Equal("delete,compact", Topic("cleanup.policy").Value);

        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Topic, "t", "cleanup.policy", Subtract, "delete"));
        Assert.Equal("compact", Topic("cleanup.policy").Value);

        Assert.Equal(ErrorCode.InvalidConfig, Alter(ConfigResourceType.Topic, "t", "retention.ms", Append, "1"));
    }

    [Fact]
    public void All_wishes_for_a_resource_come_true_or_none()
    {
        var answer = _node.Ask(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new IncrementalAlterConfigsRequest.AlterConfigsResource
                {
                    ResourceType = (sbyte)ConfigResourceType.Topic,
                    ResourceName = "t",
                    Configs = [Wish("segment.bytes", Set, "2000000"), Wish("retention.ms", Set, "soon")],
                },
            ],
        });

        Assert.Equal(ErrorCode.InvalidConfig, answer.Responses[0].ErrorCode);
        Assert.Equal(("1073741824", ConfigSource.Default), Topic("segment.bytes"));
    }

    [Theory]
    [InlineData("gone", "retention.ms", Set, "soon", ErrorCode.InvalidConfig)]
    [InlineData("gone", "retention.ms", Set, "1", ErrorCode.UnknownTopicOrPartition)]
    [InlineData("gone", "retention.ms", Set, null, ErrorCode.InvalidRequest)]
    [InlineData("not a name", "retention.ms", Append, "1", ErrorCode.InvalidConfig)]
    [InlineData("not a name", "retention.ms", Set, "soon", ErrorCode.InvalidTopic)]
    [InlineData("t", "cleanup.policy", Append, "", ErrorCode.InvalidConfig)]
    [InlineData("t", "cleanup.policy", Append, "compact,", ErrorCode.None)]
    public void What_is_wrong_in_several_ways_is_refused_for_what_Kafka_looks_at_first(string topic, string name, sbyte operation, string? value, ErrorCode expected) =>
        Assert.Equal(expected, Alter(ConfigResourceType.Topic, topic, name, operation, value));

    [Fact]
    public void An_operation_that_nobody_knows_fails_all_that_goes_to_the_controller_with_it()
    {
        var answer = _node.Ask(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new() { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = "t", Configs = [Wish("retention.ms", 9, "1")] },
                new() { ResourceType = (sbyte)ConfigResourceType.Group, ResourceName = "g", Configs = [Wish("consumer.session.timeout.ms", Set, "45000")] },
                new() { ResourceType = (sbyte)ConfigResourceType.Group, ResourceName = "h", Configs = [Wish("consumer.session.timeout.ms", Set, null)] },
                new() { ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = "1", Configs = [Wish("log.retention.ms", 9, "1")] },
            ],
        });

        Assert.Equal(
            [ErrorCode.UnknownServerError, ErrorCode.UnknownServerError, ErrorCode.InvalidRequest, ErrorCode.InvalidRequest],
            answer.Responses.Select(response => response.ErrorCode));
    }

    [Fact]
    public void Of_a_resource_that_cannot_be_described_every_other_suffers()
    {
        var answer = _node.Ask(new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = "t", ConfigurationKeys = null }, new() { ResourceType = 5, ResourceName = "x", ConfigurationKeys = null }],
        });

        Assert.All(answer.Results, result => Assert.Equal((ErrorCode.InvalidRequest, 0), (result.ErrorCode, result.Configs.Count)));
    }

    [Theory]
    [InlineData("unclean.leader.election.enable", "file.delete.delay.ms", ErrorCode.UnknownServerError)]
    [InlineData("file.delete.delay.ms", "unclean.leader.election.enable", ErrorCode.InvalidConfig)]
    public void Of_two_impossible_operations_the_one_counts_that_Kafka_comes_to_first(string appended, string unknown, ErrorCode expected)
    {
        var request = Wanted(ConfigResourceType.Topic, "t", appended, Append, "1");
        request.Resources[0].Configs.Add(Wish(unknown, 9, "1"));

        Assert.Equal(expected, _node.Ask(request).Responses[0].ErrorCode);
    }

    [Fact]
    public void A_broker_config_that_nobody_knows_is_described_without_its_value()
    {
        Alter(ConfigResourceType.Broker, "", "plugin.password", Set, "secret");

        var config = Describe(_node, ConfigResourceType.Broker, "1", "plugin.password");

        Assert.Equal((null, true, (sbyte)ConfigSource.DynamicDefaultBroker), (config.Value, config.IsSensitive, config.ConfigSource));
        Assert.Null(Assert.Single(config.Synonyms).Value);
        Assert.Null(config.Documentation);
    }

    [Fact]
    public void The_older_call_removes_what_it_does_not_mention()
    {
        Alter(ConfigResourceType.Topic, "t", "retention.ms", Set, "7000");

        _node.Ask(new AlterConfigsRequest
        {
            Resources =
            [
                new AlterConfigsRequest.AlterConfigsResource
                {
                    ResourceType = (sbyte)ConfigResourceType.Topic,
                    ResourceName = "t",
                    Configs = [new AlterConfigsRequest.AlterableConfig { Name = "segment.bytes", Value = "2000000" }],
                },
            ],
        });

        Assert.Equal(ConfigSource.Default, Topic("retention.ms").Source);
        Assert.Equal(("2000000", ConfigSource.Topic), Topic("segment.bytes"));
    }

    [Theory]
    [InlineData("1", "node.id", "5")]
    [InlineData("", "listeners", "PLAINTEXT://x:1")]
    [InlineData("1", "log.cleaner.threads", "0")]
    [InlineData("1", "num.io.threads", "100")]
    [InlineData("2", "log.retention.ms", "1")]
    [InlineData("", "group.consumer.assignment.interval.ms", "15001")]
    [InlineData("1", "group.streams.assignment.interval.ms", "15001")]
    [InlineData("", "group.consumer.session.timeout.ms", "50000")]
    [InlineData("1", "log.retention.ms", "0")]
    [InlineData("", "log.roll.ms", "0")]
    [InlineData("", "log.roll.jitter.ms", "-1")]
    [InlineData("1", "log.local.retention.ms", "-1")]
    [InlineData("", "log.local.retention.ms", "604800001")]
    [InlineData("1", "remote.log.reader.threads", "21")]
    [InlineData("1", "remote.log.manager.follower.thread.pool.size", "5")]
    [InlineData("", "max.connections", "0")]
    [InlineData("", "max.connection.creation.rate", "0")]
    [InlineData("1", "listener.security.protocol.map", "PLAINTEXT:x")]
    [InlineData("1", "listener.security.protocol.map", "OTHER:PLAINTEXT")]
    [InlineData("1", "cordoned.log.dirs", "/elsewhere")]
    [InlineData("1", "sasl.enabled.mechanisms", "PLAIN,")]
    public void Broker_configs_that_may_not_change_are_refused(string broker, string name, string value) =>
        Assert.Equal(ErrorCode.InvalidRequest, Alter(ConfigResourceType.Broker, broker, name, Set, value));

    [Theory]
    [InlineData("log.local.retention.ms", "604800000")]
    [InlineData("log.local.retention.bytes", "5")]
    [InlineData("remote.log.reader.threads", "20")]
    [InlineData("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT")]
    [InlineData("cordoned.log.dirs", "/data")]
    [InlineData("cordoned.log.dirs", "*")]
    [InlineData("metric.reporters", "")]
    [InlineData("max.connections.per.ip.overrides", "host:5,10.0.0.1:6")]
    public void Broker_configs_that_fit_are_taken(string name, string value) => Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Broker, "1", name, Set, value));

    [Theory]
    [InlineData(Append)]
    [InlineData(Subtract)]
    public void Nothing_is_added_to_a_list_that_every_node_must_set(sbyte operation) =>
        Assert.Equal(ErrorCode.UnknownServerError, Alter(ConfigResourceType.Broker, "1", "process.roles", operation, "broker"));

    [Theory]
    [InlineData("root", Set, "DEBUG", ErrorCode.None)]
    [InlineData("root", Set, "debug", ErrorCode.InvalidConfig)]
    [InlineData("root", Set, "", ErrorCode.InvalidConfig)]
    [InlineData("root", Delete, null, ErrorCode.InvalidRequest)]
    [InlineData("root", Append, "DEBUG", ErrorCode.InvalidRequest)]
    [InlineData("other", Set, "DEBUG", ErrorCode.InvalidConfig)]
    public void Of_the_loggers_the_one_above_all_others_has_a_level_that_changes(string logger, sbyte operation, string? value, ErrorCode expected)
    {
        using var loggers = new LevelOnly();
        using var node = new NodeBench(loggers);

        Assert.Equal(expected, node.Ask(Wanted(ConfigResourceType.BrokerLogger, "1", logger, operation, value)).Responses[0].ErrorCode);

        Assert.Equal(expected == ErrorCode.None ? LogLevel.Debug : LogLevel.Warning, loggers.Lowest);
    }

    [Fact]
    public void Levels_that_are_only_tried_stay_and_so_do_those_of_a_node_that_has_them_fixed()
    {
        using var loggers = new LevelOnly();
        using var node = new NodeBench(loggers);
        var tried = Wanted(ConfigResourceType.BrokerLogger, "1", "root", Set, "DEBUG");
        tried.ValidateOnly = true;

        Assert.Equal(ErrorCode.None, node.Ask(tried).Responses[0].ErrorCode);
        Assert.Equal(LogLevel.Warning, loggers.Lowest);
        Assert.Equal(ErrorCode.InvalidRequest, Alter(ConfigResourceType.BrokerLogger, "1", "root", Set, "DEBUG"));
    }

    [Theory]
    [InlineData("consumer.session.timeout.ms", "45000", ErrorCode.None)]
    [InlineData("consumer.session.timeout.ms", "44999", ErrorCode.InvalidConfig)]
    [InlineData("consumer.session.timeout.ms", "60001", ErrorCode.InvalidConfig)]
    [InlineData("consumer.session.timeouts", "45000", ErrorCode.InvalidConfig)]
    public void Configs_of_groups_stay_within_the_brokers_bounds(string name, string value, ErrorCode expected) =>
        Assert.Equal(expected, Alter(ConfigResourceType.Group, "g", name, Set, value));

    [Fact]
    public void Every_config_that_is_described_says_what_it_is()
    {
        var results = _node.Ask(new DescribeConfigsRequest
        {
            IncludeDocumentation = true,
            Resources =
            [
                new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = "1", ConfigurationKeys = null },
                new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = "t", ConfigurationKeys = null },
            ],
        }).Results;

        Assert.All(results.SelectMany(result => result.Configs), config => Assert.False(string.IsNullOrEmpty(config.Documentation)));
    }

    [Fact]
    public void Passwords_are_never_told()
    {
        using var node = new NodeBench(properties: ("ssl.key.password", "secret"));

        var config = Describe(node, ConfigResourceType.Broker, "1", "ssl.key.password");

        Assert.True(config.IsSensitive);
        Assert.Null(config.Value);
        Assert.All(config.Synonyms, synonym => Assert.Null(synonym.Value));
    }

    [Theory]
    [InlineData("min.cleanable.dirty.ratio", "1e-3", "0.001")]
    [InlineData("min.cleanable.dirty.ratio", "1e-4", "1.0E-4")]
    [InlineData("min.cleanable.dirty.ratio", "0.123456789012345e-3", "1.23456789012345E-4")]
    [InlineData("min.cleanable.dirty.ratio", "1", "1.0")]
    [InlineData("min.cleanable.dirty.ratio", "NaN", "NaN")]
    [InlineData("preallocate", "TRUE", "true")]
    [InlineData("retention.ms", "+5", "5")]
    [InlineData("retention.ms", " 77 ", "77")]
    [InlineData("cleanup.policy", " compact , delete ", "compact,delete")]
    [InlineData("cleanup.policy", "delete,delete", "delete")]
    [InlineData("leader.replication.throttled.replicas", "0:1,,0:1", "0:1,,0:1")]
    public void A_value_is_described_as_it_was_understood(string name, string written, string shown)
    {
        Assert.Equal(ErrorCode.None, Alter(ConfigResourceType.Topic, "t", name, Set, written));

        Assert.Equal((shown, ConfigSource.Topic), Topic(name));
    }

    [Fact]
    public void A_config_that_is_not_described_is_once_it_is_set()
    {
        Assert.DoesNotContain("internal.segment.bytes", Names());

        Alter(ConfigResourceType.Topic, "t", "internal.segment.bytes", Set, "1000");

        Assert.Contains("internal.segment.bytes", Names());
        Assert.Equal(1000, _node.Leader("t").Log.Options.SegmentBytes);

        IEnumerable<string> Names() => _node.Ask(new DescribeConfigsRequest
        {
            Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = "t", ConfigurationKeys = null }],
        }).Results[0].Configs.Select(config => config.Name);
    }

    [Theory]
    [InlineData("1", Set, "2")]
    [InlineData("1", Delete, null)]
    [InlineData("", Delete, null)]
    public void Every_broker_keeps_the_clusters_least_number_of_in_sync_replicas(string broker, sbyte operation, string? value) =>
        Assert.Equal(ErrorCode.InvalidConfig, Alter(ConfigResourceType.Broker, broker, "min.insync.replicas", operation, value));

    [Theory]
    [InlineData("listeners", "PLAINTEXT://127.0.0.1:1")]
    [InlineData("ssl.keystore.password", "secret")]
    [InlineData("max.connections.per.ip", "0")]
    [InlineData("log.cleaner.dedupe.buffer.size", "1048576")]
    [InlineData("max.connections.per.ip.overrides", "host:many")]
    [InlineData("listener.name.plaintext.max.connections", "many")]
    [InlineData("metric.reporters", "com.example.Reporter")]
    [InlineData("max.connections.per.ip.overrides", "host/name:5")]
    [InlineData("principal.builder.class", "")]
    public void What_this_broker_could_not_act_on_is_refused(string name, string value) =>
        Assert.Equal(ErrorCode.InvalidRequest, Alter(ConfigResourceType.Broker, "1", name, Set, value));

    [Theory]
    [InlineData("m", "interval.ms", Set, "100", ErrorCode.None)]
    [InlineData("m", "interval.ms", Set, "99", ErrorCode.InvalidRequest)]
    [InlineData("m", "interval.ms", Set, "often", ErrorCode.InvalidConfig)]
    [InlineData("m", "metrics", Set, "a,", ErrorCode.InvalidConfig)]
    [InlineData("m", "match", Set, "client_id=^a.*,client_software_name=b", ErrorCode.None)]
    [InlineData("m", "match", Set, "client_id=[", ErrorCode.InvalidConfig)]
    [InlineData("m", "match", Set, "colour=red", ErrorCode.InvalidConfig)]
    [InlineData("m", "metrics", Append, "a", ErrorCode.InvalidConfig)]
    [InlineData("m", "colour", Set, "red", ErrorCode.InvalidRequest)]
    [InlineData("", "interval.ms", Set, "100", ErrorCode.InvalidRequest)]
    public void Client_metrics_subscriptions_are_checked(string subscription, string name, sbyte operation, string value, ErrorCode expected) =>
        Assert.Equal(expected, Alter(ConfigResourceType.ClientMetrics, subscription, name, operation, value));

    [Theory]
    [InlineData("earliest", ErrorCode.None)]
    [InlineData("by_duration:PT1H", ErrorCode.None)]
    [InlineData("by_duration:soon", ErrorCode.InvalidConfig)]
    [InlineData("none", ErrorCode.InvalidConfig)]
    public void Where_a_share_group_starts_is_checked(string value, ErrorCode expected) =>
        Assert.Equal(expected, Alter(ConfigResourceType.Group, "g", "share.auto.offset.reset", Set, value));

    [Theory]
    [InlineData("process.roles", "broker,controller")]
    [InlineData("node.id", "1")]
    [InlineData("inter.broker.listener.name", "PLAINTEXT")]
    public void A_node_on_its_own_says_what_it_is(string name, string expected)
    {
        var config = Describe(_node, ConfigResourceType.Broker, "1", name);

        Assert.Equal((expected, ConfigSource.StaticBroker), (config.Value, (ConfigSource)config.ConfigSource));
    }

    private static IncrementalAlterConfigsRequest.AlterableConfig Wish(string name, sbyte operation, string? value) =>
        new() { Name = name, ConfigOperation = operation, Value = value };

    private static Described Describe(NodeBench node, ConfigResourceType type, string resource, string name) => node.Ask(new DescribeConfigsRequest
    {
        IncludeSynonyms = true,
        IncludeDocumentation = true,
        Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = (sbyte)type, ResourceName = resource, ConfigurationKeys = [name] }],
    }).Results[0].Configs[0];

    private (string? Value, ConfigSource Source) Topic(string name)
    {
        var config = Describe(_node, ConfigResourceType.Topic, "t", name);
        return (config.Value, (ConfigSource)config.ConfigSource);
    }

    private ErrorCode Alter(ConfigResourceType type, string resource, string name, sbyte operation, string? value) => _node.Ask(new IncrementalAlterConfigsRequest
    {
        Resources =
        [
            new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = (sbyte)type, ResourceName = resource, Configs = [Wish(name, operation, value)] },
        ],
    }).Responses[0].ErrorCode;

    private static IncrementalAlterConfigsRequest Wanted(ConfigResourceType type, string resource, string name, sbyte operation, string? value) => new()
    {
        Resources = [new() { ResourceType = (sbyte)type, ResourceName = resource, Configs = [Wish(name, operation, value)] }],
    };

    /// <summary>Writes nothing, and has a level.</summary>
    private sealed class LevelOnly : IAdjustableLoggers
    {
        public LogLevel Lowest { get; set; } = LogLevel.Warning;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
