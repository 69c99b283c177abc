namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Questions and wishes of administrators: about partitions, features, and the configs of brokers and groups.</summary>
internal static class AdministrationScenarios
{
    private static readonly (string Key, string[] Values)[] s_ofBrokers =
    [
        ("log.retention.ms", ["1000", "-1", "0", "x", "-2"]),
        ("log.segment.bytes", ["1048576", "1048575"]),
        ("num.io.threads", ["8", "1", "0", "16", "17"]),
        ("background.threads", ["10", "5", "4", "20", "21"]),
        ("log.cleaner.threads", ["1", "2", "3", "0"]),
        ("log.cleaner.dedupe.buffer.size", ["134217728", "1"]),
        ("max.connections", ["100", "0", "-1"]),
        ("max.connections.per.ip", ["0", "-1", "5"]),
        ("max.connections.per.ip.overrides", ["127.0.0.1:5", "x", "", ":"]),
        ("unclean.leader.election.enable", ["true", "x"]),
        ("min.insync.replicas", ["1", "2", "0"]),
        ("log.cleanup.policy", ["compact", "delete,compact", "x", ""]),
        ("listeners", ["PLAINTEXT://127.0.0.1:1"]),
        ("node.id", ["1"]),
        ("no.such.key", ["v", ""]),
        ("producer.id.expiration.ms", ["86400000", "1", "0"]),
        ("ssl.keystore.password", ["x"]),
        ("metric.reporters", ["x.Y"]),
        ("log.roll.hours", ["1"]),
        ("delete.topic.enable", ["false"]),
    ];

    private static readonly (int Type, string Key, string[] Values)[] s_ofSubscribers =
    [
        (32, "consumer.session.timeout.ms", ["45000", "60000", "44999", "60001", "x"]),
        (32, "consumer.heartbeat.interval.ms", ["5000", "15000", "4999", "15001"]),
        (32, "streams.num.standby.replicas", ["0", "1", "2", "3", "-1"]),
        (32, "share.auto.offset.reset", ["latest", "earliest", "none", "by_duration:PT1H", "by_duration:x"]),
        (32, "no.such", ["x"]),
        (16, "interval.ms", ["100", "99", "60000", "3600000", "3600001", "x"]),
        (16, "metrics", ["org.apache.kafka.", "", "*", "a,b"]),
        (16, "match", ["client_id=x", "client_id=[", "", "bogus=x", "client_id"]),
        (16, "no.such", ["x"]),
    ];

    public static IEnumerable<object> Partitions(Dice dice)
    {
        yield return Step.Topic("t", 2);
        yield return Step.Topic("c", configs: new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
        yield return Step.Produce(new { records = new[] { RecordScenarios.Record(dice), RecordScenarios.Record(dice) } });
        for (var i = 0; i < 18; i++)
        {
            var name = dice.Of("${t}", "${t}", "${p}-no", "", "${p} bad", "${c}");
            int[] some = dice.Of<int[]>([0], [0, 1], [9]);
            yield return dice.Below(9) switch
            {
                0 => Step.Send("DeleteRecords", new { topics = dice.Some([1, 2], () => new { name, partitions = new[] { new { partitionIndex = dice.Of(0, 1, 5, -1), offset = dice.Of(-1, 0, 1, 2, 100, -2) } } }), timeoutMs = 5_000 }, dice.Of("latest", "0")),
                1 => Step.Send("ElectLeaders", new { electionType = dice.Of(0, 1, 0, 5, -1), topicPartitions = new[] { new { topic = name, partitions = some } }, timeoutMs = 5_000 }),
                2 => Step.Send("AlterPartitionReassignments", new { timeoutMs = 5_000, topics = new[] { new { name, partitions = new[] { new { partitionIndex = dice.Of(0, 1, 9), replicas = dice.Of<int[]?>(null, [1], [2], [1, 1], [], [-1]) } } } } }),
                3 => Step.Send("ListPartitionReassignments", new { timeoutMs = 5_000, topics = new[] { new { name, partitionIndexes = some } } }),
                4 => Step.Send("AlterReplicaLogDirs", new { dirs = new[] { new { path = dice.Of("/nowhere", "relative", ""), topics = new[] { new { name, partitions = new[] { 0 } } } } } }),
                5 => Step.Send("DescribeCluster", new { includeClusterAuthorizedOperations = dice.Percent(50), endpointType = dice.Of(1, 1, 2, 0, 5), includeFencedBrokers = dice.Percent(50) }, dice.Of("latest", "0", "1")),
                6 => Step.Send("DescribeProducers", new { topics = new[] { new { name, partitionIndexes = some } } }),
                7 => Step.Retry("FindCoordinator", new { key = dice.Of("${p}-g", ""), keyType = dice.Of(0, 1, 2, 5), coordinatorKeys = dice.Of<string[]>(["${p}-g"], ["${p}-g", "${p}-h"], [""], []) }, dice.Of("latest", "0", "1", "3", "4")),
                _ => Step.Send("UpdateFeatures", new
                {
                    timeoutMs = 1_000,
                    featureUpdates = new[] { new { feature = dice.Of("metadata.version", "bogus", "group.version", "transaction.version", "kraft.version", "streams.version"), maxVersionLevel = dice.Of(0, 1, 2, 30, 99, -1), upgradeType = dice.Of(0, 1, 2, 3) } },
                    validateOnly = true,
                }),
            };
        }
    }

    /// <summary>Only tried: a broker has but one set of configs, and other scenarios go on beside this one.</summary>
    public static IEnumerable<object> Brokers(Dice dice)
    {
        for (var i = 0; i < 16; i++)
        {
            var (key, values) = dice.Of(s_ofBrokers);
            var name = dice.Of("", "1", "1", "2", "x");
            var operation = dice.Of(0, 0, 0, 1, 2, 3);
            yield return dice.Below(4) switch
            {
                0 => Step.Send("DescribeConfigs", new { resources = new[] { new { resourceType = 4, resourceName = name, configurationKeys = new[] { key } } }, includeSynonyms = dice.Percent(50) }),
                1 => Step.Send("AlterConfigs", new { resources = new[] { new { resourceType = 4, resourceName = name, configs = new[] { new { name = key, value = dice.Of(values) } } } }, validateOnly = true }),
                _ => Step.Send("IncrementalAlterConfigs", new { resources = new[] { new { resourceType = 4, resourceName = name, configs = new[] { new { name = key, configOperation = operation, value = operation == 1 ? null : dice.Of(values) } } } }, validateOnly = true }),
            };
        }
    }

    public static IEnumerable<object> Subscribers(Dice dice)
    {
        for (var i = 0; i < 16; i++)
        {
            var (type, key, values) = dice.Of(s_ofSubscribers);
            var name = dice.Of("${p}-g", "${p}-g", "${p}-h", "");
            var operation = dice.Of(0, 0, 0, 0, 1, 2, 3);
            yield return Step.Sleep(150);
            yield return dice.Percent(30)
                ? Step.Send("DescribeConfigs", new { resources = new[] { new { resourceType = type, resourceName = name, configurationKeys = dice.Of<string[]?>(null, [key]) } }, includeSynonyms = true })
                : Step.Send("IncrementalAlterConfigs", new { resources = new[] { new { resourceType = type, resourceName = name, configs = new[] { new { name = key, configOperation = operation, value = operation == 1 ? null : dice.Of(values) } } } }, validateOnly = dice.Percent(15) });
        }
    }
}
