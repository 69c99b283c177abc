namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Several members of a group of the streams protocol: topologies that fit and do not, tasks that are theirs or not, epochs of others.</summary>
internal sealed class StreamsMemberScenarios
{
    private const string Group = "${p}-g";

    private readonly Dice _dice;
    private readonly string[] _clients;
    private readonly int _shape;
    private readonly bool _hasEndpoints;

    private StreamsMemberScenarios(Dice dice)
    {
        _dice = dice;
        _clients = dice.Of<string[]>(["a"], ["a", "b"], ["a", "b", "c"]);

        // Kafka fails over an endpoint beside topics that do not fit.
        _hasEndpoints = dice.Percent(60);
        _shape = dice.Below(_hasEndpoints ? 4 : 6);
    }

    public static IEnumerable<object> Lives(Dice dice) => new StreamsMemberScenarios(dice).Steps();

    private IEnumerable<object> Steps()
    {
        yield return Step.Topic("t", 3);
        yield return Step.Topic("u", 2);
        yield return Step.Coordinator(Group, 0);
        foreach (var client in _clients)
            yield return new { set = new Dictionary<string, object> { [$"e{client}"] = 0 } };

        yield return Join(_clients[0]);
        yield return Step.Sleep(500);
        if (_dice.Percent(75))
        {
            foreach (var client in _clients[1..])
                yield return Join(client);
            yield return Step.Sleep(3_600);
        }

        for (var i = 0; i < 14; i++)
        {
            // Topics that a topology lacks are made behind the answer.
            yield return Step.Sleep(i == 0 ? 500 : 100);
            yield return Asked(_dice.Of(_clients));
        }

        yield return Described();
    }

    private object Asked(string client) => _dice.Below(14) switch
    {
        < 2 => Join(client),
        < 8 => Beat(client),
        8 => Heartbeat(client, new { groupId = Group, memberId = Id(client), memberEpoch = _dice.Of(-1, -1, -2, -3), endpointInformationEpoch = -1 }),
        9 => Described(),
        10 => Step.Sleep(1_200),
        11 => Step.Send(
            "OffsetCommit",
            new
            {
                groupId = Group,
                generationIdOrMemberEpoch = Epoch(client),
                memberId = Id(client),
                topics = new[] { new { name = "${t}", topicId = "${tId}", partitions = new[] { new { partitionIndex = _dice.Below(3), committedOffset = 3, committedLeaderEpoch = -1, committedMetadata = "" } } } },
            },
            _dice.Of("latest", "9", "8")),
        12 => Step.Send("OffsetFetch", new { groups = new[] { new { groupId = Group, memberId = _dice.Of(null, Id(client)), memberEpoch = _dice.Of(-1, Epoch(client)), topics = (object[]?)null } }, requireStable = _dice.Percent(50) }, _dice.Of("latest", "9", "8")),
        _ => _dice.Of(
            Step.Send("DescribeGroups", new { groups = new[] { Group } }, _dice.Of("latest", "5")),
            Step.Send("ConsumerGroupDescribe", new { groupIds = new[] { Group } }),
            Step.Send("DeleteGroups", new { groupsNames = new[] { Group } }),
            Step.Send("OffsetDelete", new { groupId = Group, topics = new[] { new { name = _dice.Of("${t}", "${u}"), partitions = new[] { new { partitionIndex = 0 } } } } }),
            Step.Send("LeaveGroup", new { groupId = Group, memberId = Id(client), members = new[] { new { memberId = Id(client) } } }),
            Step.Send("Heartbeat", new { groupId = Group, generationId = Epoch(client), memberId = Id(client) }),
            Step.Send("ConsumerGroupHeartbeat", new { groupId = Group, memberId = Id(client), memberEpoch = Epoch(client), rebalanceTimeoutMs = 60_000, subscribedTopicNames = new[] { "${t}" }, topicPartitions = Array.Empty<object>() }),
            new { send = "ListGroups", version = "latest", keep = new { groups = "groupId" }, body = new { statesFilter = _dice.Of<string[]>([], ["Stable"], ["NotReady"], ["not_ready"], ["Reconciling"]), typesFilter = _dice.Of<string[]>([], ["streams"], ["classic"]) } }),
    };

    private object Join(string client) => Heartbeat(client, new
    {
        groupId = Group,
        memberId = Id(client),
        memberEpoch = 0,
        endpointInformationEpoch = _dice.Of(-1, 0),
        rackId = _dice.Of(null, null, "r"),
        rebalanceTimeoutMs = _dice.Of(60_000, 60_000, 60_000, 60_000, -1),
        topology = _dice.Percent(96) ? Topology(_dice.Percent(90) ? _shape : _dice.Below(_hasEndpoints ? 4 : 6), _dice.Of(0, 0, 0, 0, 1)) : null,
        activeTasks = Array.Empty<object>(),
        standbyTasks = Array.Empty<object>(),
        warmupTasks = Array.Empty<object>(),
        processId = _dice.Of("p1", "p2", $"p{client}"),
        userEndpoint = _hasEndpoints && _dice.Percent(50) ? new { host = "h" + client, port = 9 } : null,
        clientTags = _dice.Of<object[]>([], [new { key = "k", value = "v" }]),
    });

    private object Beat(string client)
    {
        var isFull = _dice.Percent(60);
        return Heartbeat(client, new
        {
            groupId = _dice.Percent(97) ? Group : "${p}-no",
            memberId = Id(client),
            memberEpoch = Epoch(client),
            endpointInformationEpoch = _dice.Of(-1, 0, 1),
            activeTasks = isFull ? Tasks() : null,
            standbyTasks = isFull ? _dice.Percent(95) ? [] : Tasks() : null,
            warmupTasks = isFull ? _dice.Percent(97) ? [] : Tasks() : null,
            processId = _dice.Percent(95) ? null : "p9",
            shutdownApplication = _dice.Percent(3),
        });
    }

    private object[] Tasks() => _dice.Of<object[]>(
        [], [], [Of("0", 0, 1, 2)], [Of("0", 0)], [Of("0", 1, 2)], [Of("0", 0, 1)], [Of("0", 9)], [Of("1", 0, 1)], [Of("0", 0, 1, 2), Of("1", 0, 1)], [Of("x", 0)], [Of("0", -1)]);

    private static object Of(string part, params int[] partitions) => new { subtopologyId = part, partitions };

    private object Topology(int shape, int epoch) => new
    {
        epoch,
        subtopologies = shape switch
        {
            0 => new[] { Part("0", ["${p}-t"]) },
            1 => [Part("0", ["${p}-t"]), Part("1", ["${p}-u"])],
            2 => [Part("0", ["${p}-t"], changelogs: ["${p}-c"])],
            3 => [Part("0", ["${p}-t"], sinks: ["${p}-r"]), Part("1", [], repartitions: ["${p}-r"])],
            4 => [Part("0", ["${p}-t", "${p}-u"], copartitioned: true)],
            _ => [Part("0", ["${p}-no"])],
        },
    };

    private static object Part(string id, string[] sources, string[]? sinks = null, string[]? repartitions = null, string[]? changelogs = null, bool copartitioned = false) => new
    {
        subtopologyId = id,
        sourceTopics = sources,
        sourceTopicRegex = Array.Empty<string>(),
        stateChangelogTopics = (changelogs ?? []).Select(name => new { name, partitions = 0, replicationFactor = 1, topicConfigs = Array.Empty<object>() }),
        repartitionSinkTopics = sinks ?? [],
        repartitionSourceTopics = (repartitions ?? []).Select(name => new { name, partitions = 0, replicationFactor = 1, topicConfigs = Array.Empty<object>() }),
        copartitionGroups = copartitioned ? [new { sourceTopics = new[] { 0, 1 }, sourceTopicRegex = Array.Empty<int>(), repartitionSourceTopics = Array.Empty<int>() }] : Array.Empty<object>(),
    };

    private static object Heartbeat(string client, object body) => new
    {
        send = "StreamsGroupHeartbeat", version = "latest", capture = new Dictionary<string, string> { [$"e{client}"] = "memberEpoch" }, body,
    };

    private static object Described() => new
    {
        send = "StreamsGroupDescribe", version = "latest", mask = new[] { "groups.members.clientHost" }, body = new { groupIds = new[] { Group } },
    };

    private string Id(string client) => _dice.Percent(96) ? $"${{uuid:{client}}}" : _dice.Of("${uuid:zz}", "nobody", "");

    private object Epoch(string client) => _dice.Percent(82) ? $"${{e{client}}}" : _dice.Of<object>($"${{e{client}+1}}", $"${{e{client}-1}}", 1, 2, 99, 0);
}
