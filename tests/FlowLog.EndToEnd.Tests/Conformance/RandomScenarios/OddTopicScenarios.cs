namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Odd input to everything that is about topics, partitions and the node itself.</summary>
internal static class OddTopicScenarios
{
    private static readonly string[] s_names =
    [
        "${p}-t", "${p}-t", "${p}-t", "${p}-u", "${p}.t", "${p}_t", "${p}-no", "", ".", "..", "${p} bad", "${p}/x", "${p}é", "${p}\n", "__consumer_offsets", "__transaction_state", "__cluster_metadata",
        $"${{p}}-{new string('y', 230)}", $"${{p}}-{new string('y', 241)}", $"${{p}}-{new string('y', 242)}", "${p}-T",
    ];

    /// <summary>Topics made, grown, told of and deleted.</summary>
    public static IEnumerable<object> Topics(Dice dice)
    {
        yield return Step.Topic("t", 3);
        yield return Step.Topic("u");
        for (var i = 0; i < 18; i++)
        {
            var isLatest = dice.Percent(60);
            yield return dice.Below(12) switch
            {
                < 3 => Step.Send(
                    "CreateTopics",
                    new { topics = dice.Some([1, 1, 2, 0], () => Made(dice)), timeoutMs = dice.Of(10_000, 10_000, 10_000, 0, -1), validateOnly = dice.Percent(25) },
                    isLatest ? "latest" : dice.Of("2", "3", "4", "5", "6")),
                3 or 4 => Step.Send(
                    "CreatePartitions",
                    new { topics = dice.Some([1, 1, 2, 0], () => Grown(dice)), timeoutMs = dice.Of(10_000, 10_000, 10_000, 0, -1), validateOnly = dice.Percent(40) },
                    isLatest ? "latest" : dice.Of("0", "1", "2")),
                5 => Step.Send(
                    "DeleteTopics",
                    new
                    {
                        topics = dice.Some([1, 1, 2, 0], () => dice.Of<object>(
                            new { name = dice.Of(s_names[3..^1]) },
                            new { name = (string?)null, topicId = dice.Of("AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ", "${uuid:no}") },
                            new { name = "${p}-t", topicId = "${tId}" },
                            new { name = "${p}-no", topicId = "${uuid:no}" })),
                        topicNames = dice.Some([1, 2, 0], () => dice.Of(s_names[3..^1])),
                        timeoutMs = dice.Of(10_000, 10_000, 0),
                    },
                    isLatest ? "latest" : dice.Of("1", "3", "4", "5")),
                6 or 7 => Step.Send(
                    "Metadata",
                    new
                    {
                        topics = dice.Some([1, 2, 3], () => Asked(dice, isLatest)),
                        allowAutoTopicCreation = false,
                        includeClusterAuthorizedOperations = dice.Percent(30),
                        includeTopicAuthorizedOperations = dice.Percent(30),
                    },
                    isLatest ? dice.Of("latest", "12") : dice.Of("0", "1", "3", "4", "5", "7", "8", "9")),
                8 or 9 => Step.Send(
                    "DescribeTopicPartitions",
                    new
                    {
                        topics = dice.Some([1, 2, 3, 4], () => dice.Of(s_names)).Select(name => new { name }),
                        responsePartitionLimit = dice.Of(1, 2, 3, 4, 2000, 2001, 0, -1, int.MaxValue),
                        cursor = dice.Percent(45) ? null : new { topicName = dice.Of(s_names), partitionIndex = dice.Of(0, 0, 1, 2, 3, 5, -1) },
                    }),
                _ => Elsewhere(dice),
            };
            if (dice.Percent(30))
                yield return Step.Sleep(200);
        }
    }

    /// <summary>The node: what it is made of, what it can, whom it knows.</summary>
    public static IEnumerable<object> Node(Dice dice)
    {
        yield return Step.Topic("t", 2);
        for (var i = 0; i < 22; i++)
        {
            yield return dice.Below(12) switch
            {
                0 => Step.Send("DescribeCluster", new { includeClusterAuthorizedOperations = dice.Percent(50), endpointType = dice.Of(1, 2, 0, 3, -1, 127), includeFencedBrokers = dice.Percent(50) }, dice.Of("latest", "0", "1", "2")),
                1 => Features(dice),
                2 => Acls(dice),
                3 => Quotas(dice),
                4 => Credentials(dice),
                5 => Step.Send("UnregisterBroker", new { brokerId = dice.Of(2, 99, -1, int.MinValue, int.MaxValue) }),
                6 => Tokens(dice),
                7 => Step.Send("DescribeQuorum", new { topics = dice.Some([1, 2], () => new { topicName = dice.Of("__cluster_metadata2", "${p}-t", "", "${p}-no"), partitions = dice.Some([1, 2, 0], () => new { partitionIndex = dice.Of(0, 1, -1) }) }) }, dice.Of("latest", "0", "1")),
                8 => new { send = "DescribeLogDirs", version = dice.Of("latest", "1", "2", "3", "4"), mask = new[] { "results.topics.partitions.partitionSize" }, body = new { topics = dice.Some([1, 2], () => new { topic = dice.Of("${p}-t", "${p}-no", ""), partitions = dice.Some([1, 2, 0], () => dice.Of(0, 1, 9, -1)) }) } },
                9 => Step.Send("AlterReplicaLogDirs", new { dirs = dice.Some([1, 2, 0], () => new { path = dice.Of("/nowhere", "relative", "", "/"), topics = dice.Some([1, 2, 0], () => new { name = dice.Of("${p}-t", "${p}-no", ""), partitions = dice.Some([1, 2, 0], () => dice.Of(0, 1, 9, -1)) }) }) }, dice.Of("latest", "1")),
                10 => Step.Send("ListConfigResources", new { resourceTypes = dice.Of<int[]>([3], [99], [0], [-1], [2, 99], [1]) }, dice.Of("latest", "1")),
                _ => Elsewhere(dice),
            };
        }
    }

    private static object Elsewhere(Dice dice)
    {
        var name = dice.Of(s_names);
        int[] some = dice.Of<int[]>([0], [0, 1], [9], [-1], [0, 0], []);
        return dice.Below(3) switch
        {
            0 => Step.Send(
                "ElectLeaders",
                new { electionType = dice.Of(0, 1, 0, 5, -1), topicPartitions = dice.Some([1, 1, 2, 0], () => new { topic = dice.Of(s_names), partitions = some.Length == 0 ? [0] : some }), timeoutMs = dice.Of(5_000, 5_000, 0) },
                dice.Of("latest", "0", "1")),
            1 => Step.Send(
                "AlterPartitionReassignments",
                new
                {
                    timeoutMs = dice.Of(5_000, 5_000, 0),
                    allowReplicationFactorChange = dice.Percent(50),
                    topics = dice.Some([1, 1, 2, 0], () => new
                    {
                        name = dice.Of(s_names),
                        partitions = dice.Some([1, 1, 2, 0], () => new { partitionIndex = dice.Of(0, 0, 1, 9, -1), replicas = dice.Of<int[]?>(null, [1], [1], [2], [1, 1], [], [-1], [1, 2], [int.MaxValue]) }),
                    }),
                },
                dice.Of("latest", "0")),
            _ => Step.Send("ListPartitionReassignments", new { timeoutMs = dice.Of(5_000, 0, -1), topics = new[] { new { name, partitionIndexes = some } } }),
        };
    }

    private static object Made(Dice dice) => dice.Percent(25)
        ? new
        {
            name = dice.Of(s_names),
            numPartitions = dice.Of(-1, -1, -1, 1, 0),
            replicationFactor = dice.Of(-1, -1, -1, 1, 0),
            configs = new List<object>(),
            assignments = dice.Some<object>([1, 1, 2, 3], () => new { partitionIndex = dice.Of(0, 0, 1, 2, -1, 5), brokerIds = dice.Of<int[]>([1], [1], [1], [2], [-1], [1, 2], [1, 1], []) }),
        }
        : new
        {
            name = dice.Of(s_names),
            numPartitions = dice.Of(1, 1, 2, 3, -1, 0, -2, 10_001, int.MaxValue, int.MinValue),
            replicationFactor = dice.Of(1, 1, 1, -1, 0, 2, -2, 3, 32767, -32768),
            configs = dice.Some<object>([0, 0, 0, 1], () => new { name = dice.Of("retention.ms", "no.such", ""), value = dice.Of("5", "x", null) }),
            assignments = new List<object>(),
        };

    private static object Grown(Dice dice) => new
    {
        name = dice.Of(s_names),
        count = dice.Of(1, 3, 4, 4, 5, 0, -1, 10_001, int.MaxValue, int.MinValue),
        assignments = dice.Of<object[]?>(
            null, null, null, [], [new { brokerIds = new[] { 1 } }], [new { brokerIds = new[] { 1 } }, new { brokerIds = new[] { 1 } }], [new { brokerIds = new[] { 3 } }], [new { brokerIds = Array.Empty<int>() }], [new { brokerIds = new[] { 1, 1 } }],
            [new { brokerIds = new[] { -1 } }], [new { brokerIds = new[] { 1, 2 } }]),
    };

    private static object Asked(Dice dice, bool mayHaveIds) => mayHaveIds && dice.Percent(40)
        ? dice.Of<object>(
            new { name = (string?)null, topicId = "${tId}" }, new { name = (string?)null, topicId = "${uuid:no}" }, new { name = "${p}-t", topicId = "${tId}" }, new { name = "${p}-no", topicId = "${tId}" },
            new { name = "${p}-t", topicId = "${uuid:no}" })
        : new { name = dice.Of(s_names) };

    private static object Features(Dice dice) => Step.Send(
        "UpdateFeatures",
        new
        {
            timeoutMs = dice.Of(1_000, 1_000, 0),
            featureUpdates = dice.Some([1, 1, 2, 0], () => new
            {
                feature = dice.Of("metadata.version", "group.version", "transaction.version", "kraft.version", "streams.version", "eligible.leader.replicas.version", "share.version", "bogus", ""),
                maxVersionLevel = dice.Of(0, 1, 2, 3, 20, 28, 29, 30, 31, 99, -1, -2, 32767),
                allowDowngrade = dice.Percent(30),
                upgradeType = dice.Of(0, 1, 1, 2, 3, 4, 127, -1),
            }),
            validateOnly = true,
        },
        dice.Of("latest", "1", "2"));

    private static object Acls(Dice dice)
    {
        var (type, name, pattern) = (dice.Of(0, 1, 2, 3, 4, 5, 6, 9, -1), dice.Of("${p}", "*", ""), dice.Of(0, 1, 2, 3, 4, 5, 9));
        var (principal, host, operation, permission) = (dice.Of("User:a", "", "x"), dice.Of("*", "", "1.2.3.4"), dice.Of(0, 1, 2, 3, 12, 15, 99), dice.Of(0, 1, 2, 3, 9));
        return dice.Below(3) switch
        {
            0 => Step.Send("DescribeAcls", new { resourceTypeFilter = type, resourceNameFilter = name, patternTypeFilter = pattern, principalFilter = principal, hostFilter = host, operation, permissionType = permission }),
            1 => Step.Send("CreateAcls", new { creations = dice.Some([1, 2, 0], () => new { resourceType = type, resourceName = name, resourcePatternType = pattern, principal, host, operation, permissionType = permission }) }),
            _ => Step.Send("DeleteAcls", new { filters = dice.Some([1, 2, 0], () => new { resourceTypeFilter = type, resourceNameFilter = name, patternTypeFilter = pattern, principalFilter = principal, hostFilter = host, operation, permissionType = permission }) }),
        };
    }

    private static object Quotas(Dice dice)
    {
        (string Type, string? Name)[] entities = [("user", "${p}u"), ("user", null), ("user", ""), ("client-id", "${p}c"), ("client-id", null), ("ip", "10.9.9.9"), ("ip", "bad ip"), ("ip", null), ("ip", ""), ("zone", "x"), ("", "x")];
        return dice.Percent(65)
            ? Step.Send(
                "AlterClientQuotas",
                new
                {
                    entries = dice.Some([1, 1, 2, 0], () => new
                    {
                        entity = dice.Some([1, 1, 2, 3, 0], () => dice.Of(entities)).Select(entity => new { entityType = entity.Type, entityName = entity.Name }),
                        ops = dice.Some([1, 1, 2, 0], () => new
                        {
                            key = dice.Of("producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate", "connection_creation_rate", "bogus", ""),
                            value = dice.Of(1000.0, 1.5, 0.0, -1.0, 1e12, 1e300, 0.0001, 9.3e18),
                            remove = dice.Percent(20),
                        }),
                    }),
                    validateOnly = true,
                },
                dice.Of("latest", "0"))
            : Step.Send(
                "DescribeClientQuotas",
                new
                {
                    components = dice.Some([1, 1, 2], () => dice.Of(entities)).Select(entity => new { entityType = entity.Type, matchType = entity.Name is null ? dice.Of(1, 1, 3, -1) : dice.Of(0, 0, 0, 2, 5, -1), match = entity.Name is null && dice.Percent(50) ? null : entity.Name ?? "x" }),
                    strict = true,
                },
                dice.Of("latest", "0"));
    }

    private static object Credentials(Dice dice) => dice.Percent(65)
        ? Step.Send("AlterUserScramCredentials", new
        {
            deletions = dice.Some([0, 0, 1, 2], () => new { name = dice.Of("${p}a", "${p}b", ""), mechanism = dice.Of(1, 2, 0, 3, -1) }),
            upsertions = dice.Some([0, 1, 1, 2], () => new
            {
                name = dice.Of("${p}a", "${p}b", "${p}é", "", new string('n', 300)),
                mechanism = dice.Of(1, 2, 1, 2, 0, 3, -1),
                iterations = dice.Of(4096, 4096, 4095, 16384, 16385, 0, -1, int.MaxValue),
                salt = dice.Of("c2FsdA==", "c2FsdA==", ""),
                saltedPassword = dice.Of("cHc=", "cHc=", ""),
            }),
        })
        : Step.Send("DescribeUserScramCredentials", new { users = dice.Some([1, 2, 3], () => new { name = dice.Of("${p}a", "${p}b", "${p}z", "") }) });

    private static object Tokens(Dice dice) => dice.Below(4) switch
    {
        0 => Step.Send("CreateDelegationToken", new { renewers = dice.Some([0, 1], () => new { principalType = dice.Of("User", "X", ""), principalName = "a" }), maxLifetimeMs = dice.Of<long>(-1, 0, 1000) }, dice.Of("latest", "1", "2")),
        1 => Step.Send("RenewDelegationToken", new { hmac = dice.Of("eA==", ""), renewPeriodMs = dice.Of<long>(-1, 0, 1000) }, dice.Of("latest", "1")),
        2 => Step.Send("ExpireDelegationToken", new { hmac = dice.Of("eA==", ""), expiryTimePeriodMs = dice.Of<long>(-1, 0, 1000) }, dice.Of("latest", "1")),
        _ => Step.Send("DescribeDelegationToken", new { owners = dice.Some([0, 1, 2], () => new { principalType = dice.Of("User", "X"), principalName = dice.Of("a", "") }) }, dice.Of("latest", "1")),
    };
}
