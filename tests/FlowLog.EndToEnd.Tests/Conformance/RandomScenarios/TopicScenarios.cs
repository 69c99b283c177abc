namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Topics made, grown, described, configured and deleted.</summary>
internal static class TopicScenarios
{
    private static readonly (string Key, string[] Values)[] s_configs =
    [
        ("cleanup.policy", ["delete", "compact", "compact,delete", "", "none", "delete,delete", " compact ", "Delete"]),
        ("compression.type", ["producer", "gzip", "zstd", "uncompressed", "none", "GZIP", ""]),
        ("compression.gzip.level", ["-1", "1", "9", "0", "10", "x"]),
        ("compression.zstd.level", ["3", "-131072", "22", "23"]),
        ("delete.retention.ms", ["0", "-1", "100", "x", "9223372036854775808"]),
        ("flush.messages", ["0", "1", "9223372036854775807"]),
        ("follower.replication.throttled.replicas", ["*", "0:1", "0:1,1:2", "x", "0", "", "none"]),
        ("index.interval.bytes", ["0", "-1", "2147483648"]),
        ("max.compaction.lag.ms", ["0", "1", "10"]),
        ("max.message.bytes", ["0", "-1", "1.5", " 77 "]),
        ("message.timestamp.type", ["CreateTime", "LogAppendTime", "createtime"]),
        ("message.timestamp.after.max.ms", ["0", "-1", "10"]),
        ("min.cleanable.dirty.ratio", ["0", "1", "1.1", "x", "1e-3", ".5", "1e-4"]),
        ("min.compaction.lag.ms", ["0", "-1", "10", "5"]),
        ("min.insync.replicas", ["0", "1", "2", "x"]),
        ("preallocate", ["true", "TRUE", "yes", ""]),
        ("remote.storage.enable", ["true", "false"]),
        ("local.retention.ms", ["-2", "-1", "0", "-3"]),
        ("retention.bytes", ["-1", "0", "-2"]),
        ("retention.ms", ["-1", "0", "-2", "+5", "0x10", "1_000"]),
        ("segment.bytes", ["1048576", "1048575", "0", "-1"]),
        ("segment.ms", ["0", "1", "-1"]),
        ("unclean.leader.election.enable", ["true", "maybe"]),
        ("internal.segment.bytes", ["1000", "13"]),
        ("no.such", ["1"]),
    ];

    private static readonly string[] s_names =
    [
        "${p}-0", "${p}-1", "${p}-2", "${p}-3", "${p}.x", "${p}_x", "", "${p} bad", ".", "..", $"${{p}}-{new string('y', 230)}", $"${{p}}-{new string('y', 241)}",
    ];

    public static IEnumerable<object> Lives(Dice dice)
    {
        for (var i = 0; i < 14; i++)
        {
            yield return dice.Below(10) switch
            {
                < 5 => Step.Send("CreateTopics", new { topics = dice.Some([1, 1, 1, 2, 3], () => Wanted(dice)), timeoutMs = 10_000, validateOnly = dice.Percent(20) }, dice.Of("latest", "latest", "4", "5")),
                5 => Step.Send("CreatePartitions", new { topics = dice.Some([1, 2], () => Grown(dice)), timeoutMs = 10_000, validateOnly = dice.Percent(30) }),
                6 => Step.Send("DeleteTopics", new { topics = dice.Some([1, 2], () => new { name = dice.Of(s_names) }), topicNames = dice.Some([1], () => dice.Of(s_names)), timeoutMs = 10_000 }, dice.Of("latest", "5")),
                7 => Step.Sleep(300),
                8 => Step.Send("Metadata", new { topics = dice.Some([1, 2], () => new { name = dice.Of(s_names) }), allowAutoTopicCreation = false, includeTopicAuthorizedOperations = dice.Percent(30) }, dice.Of("latest", "1", "4", "8")),
                _ => Step.Send("DescribeTopicPartitions", new { topics = dice.Some([1, 3], () => dice.Of(s_names[..5])).Distinct().Select(name => new { name }), responsePartitionLimit = dice.Of(1, 2, 3, 2000) }),
            };
        }
    }

    public static IEnumerable<object> Configs(Dice dice)
    {
        yield return Step.Topic("t");
        for (var i = 0; i < 16; i++)
        {
            var isLegacy = dice.Percent(20);
            yield return dice.Percent(40)
                ? Describe(dice.Percent(50) ? null : [.. dice.Some([1, 3], () => dice.Of(s_configs).Key)])
                : Step.Send(
                    isLegacy ? "AlterConfigs" : "IncrementalAlterConfigs",
                    new { resources = new[] { new { resourceType = 2, resourceName = "${p}-t", configs = dice.Some([1, 1, 2, 3], () => Wish(dice, isLegacy)) } }, validateOnly = dice.Percent(15) });
            yield return Step.Sleep(150);
        }

        yield return Describe(null);
    }

    public static IEnumerable<object> Metadata(Dice dice)
    {
        yield return Step.Topic("t", 2);
        yield return Step.Topic("u");
        for (var i = 0; i < 16; i++)
        {
            var byId = dice.Percent(50);
            object[] asked = byId
                ? [new { name = "${t}" }, new { name = (string?)null, topicId = "${tId}" }, new { name = "${u}", topicId = "${tId}" }, new { name = (string?)null, topicId = "${uuid:q}" }, new { name = "${p}!" }]
                : [new { name = "${t}" }, new { name = "${u}" }, new { name = $"${{p}}-new{i}" }, new { name = "${p}!" }];
            yield return Step.Send(
                "Metadata",
                new
                {
                    topics = dice.Some([1, 2, 3], () => dice.Of(asked)),
                    allowAutoTopicCreation = dice.Percent(40),
                    includeClusterAuthorizedOperations = dice.Percent(30),
                    includeTopicAuthorizedOperations = dice.Percent(30),
                },
                byId ? dice.Of("latest", "12") : dice.Of("latest", "10", "8", "4", "1"));
        }
    }

    private static object Wanted(Dice dice)
    {
        var configs = dice.Some([0, 0, 1, 2], () => new { name = dice.Of(s_configs).Key, value = dice.Of(dice.Of(s_configs).Values) });
        return dice.Percent(15)
            ? new
            {
                name = dice.Of(s_names),
                numPartitions = dice.Of(-1, -1, 1),
                replicationFactor = dice.Of(-1, -1, 1),
                configs,
                assignments = dice.Some<object>([1, 2], () => new { partitionIndex = dice.Of(0, 1, 2, -1), brokerIds = dice.Of<int[]>([1], [1], [2], [-1], [1, 2], []) }),
            }
            : new { name = dice.Of(s_names), numPartitions = dice.Of(1, 2, 3, -1, 0, -2), replicationFactor = dice.Of(1, 1, 1, -1, 0, 2, -2), configs, assignments = new List<object>() };
    }

    private static object Grown(Dice dice) => new
    {
        name = dice.Of(s_names),
        count = dice.Of(1, 2, 3, 5, 0, -1),
        assignments = dice.Of<object[]?>(null, null, null, [new { brokerIds = new[] { 1 } }], [new { brokerIds = new[] { 3 } }]),
    };

    private static object Wish(Dice dice, bool isLegacy)
    {
        var (key, values) = dice.Of(s_configs);
        var operation = dice.Of(0, 0, 0, 1, 2, 3);
        return isLegacy ? new { name = key, value = dice.Of(values) } : new { name = key, configOperation = operation, value = operation == 1 ? null : dice.Of(values) };
    }

    private static object Describe(string[]? keys) => Step.Send(
        "DescribeConfigs", new { resources = new[] { new { resourceType = 2, resourceName = "${p}-t", configurationKeys = keys } }, includeSynonyms = true, includeDocumentation = false });
}
