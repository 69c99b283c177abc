namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Several members of a group of the consumer protocol, static ones among them, and clients of the classic protocol that come into it: they join, give up and get partitions, say epochs that
/// are theirs or not, commit, leave for a while or for good.
/// </summary>
internal sealed class ConsumerMemberScenarios
{
    private const string Group = "${p}-g";
    private const int Patience = 500;

    private static readonly int[][] s_some = [[], [0], [1], [0, 1], [2, 3], [0, 1, 2, 3]];

    private readonly Dice _dice;
    private readonly string[] _clients;
    private readonly Dictionary<string, string?> _instances;
    private readonly bool _isMixed;

    private ConsumerMemberScenarios(Dice dice)
    {
        _dice = dice;
        _clients = dice.Of<string[]>(["a"], ["a", "b"], ["a", "b"], ["a", "b", "c"]);
        _instances = new[] { "a", "b", "c", "k", "l" }.ToDictionary(client => client, client => dice.Percent(30) ? $"i{client}" : null);
        _isMixed = dice.Percent(40);
    }

    public static IEnumerable<object> Lives(Dice dice) => new ConsumerMemberScenarios(dice).Steps();

    private IEnumerable<object> Steps()
    {
        yield return Step.Topic("t", 4);
        yield return Step.Topic("u");
        yield return Step.Coordinator(Group, 0);
        foreach (var client in _clients)
            yield return new { set = new Dictionary<string, object> { [$"e{client}"] = 0 } };
        foreach (var client in new[] { "k", "l" })
            yield return new { set = new Dictionary<string, object> { [$"m{client}"] = "", [$"g{client}"] = -1, [$"n{client}"] = "range" } };

        yield return Join(_clients[0]);
        for (var i = 0; i < 18; i++)
        {
            foreach (var step in Turn(_dice.Of(_clients)))
                yield return step;
        }

        yield return Described("latest");
    }

    private IEnumerable<object> Turn(string client) => _dice.Below(16) switch
    {
        < 3 => [Join(client)],
        < 7 => [Beat(client)],
        7 => [Leave(client)],
        8 => [Commit(client)],
        9 => [Fetch(client)],
        10 => [Described(_dice.Of("latest", "0"))],
        // A new target is made once a second.
        11 or 12 => [Step.Sleep(1_200)],
        13 or 14 when _isMixed => Classic(_dice.Of("k", "k", "l")),
        _ => [Somebody(client)],
    };

    private object Join(string client) => Heartbeat(client, new
    {
        groupId = Group,
        memberId = Id(client),
        memberEpoch = 0,
        instanceId = Instance(client),
        rackId = _dice.Of(null, null, "r"),
        rebalanceTimeoutMs = _dice.Of(60_000, 60_000, 60_000, -1),
        subscribedTopicNames = _dice.Of<string[]?>(["${t}"], ["${t}"], ["${t}", "${u}"], ["${u}"], ["${p}-no"], [], null),
        subscribedTopicRegex = _dice.Of(null, null, null, null, "", "${p}-u.*", "["),
        serverAssignor = _dice.Of(null, null, null, "range", "uniform", "x"),
        topicPartitions = _dice.Percent(97) ? Array.Empty<object>() : null,
    });

    private object Beat(string client) => Heartbeat(client, new
    {
        groupId = _dice.Percent(97) ? Group : "${p}-no",
        memberId = Id(client),
        memberEpoch = Epoch(client),
        instanceId = Instance(client),
        rebalanceTimeoutMs = _dice.Of(-1, -1, 60_000),
        subscribedTopicNames = _dice.Percent(80) ? null : _dice.Of<string[]>(["${t}"], ["${t}", "${u}"], ["${u}"], []),
        subscribedTopicRegex = _dice.Percent(95) ? null : _dice.Of("", "${p}-t", "["),
        serverAssignor = _dice.Percent(93) ? null : _dice.Of("range", "uniform", "x"),
        topicPartitions = _dice.Percent(40) ? null : Owned(),
    });

    private object[] Owned() => _dice.Of<string[]>(["t"], ["t"], ["t", "u"], [], ["u"]).Select(topic => (object)new { topicId = Step.Id(topic), partitions = topic == "t" ? _dice.Of(s_some) : [0] }).ToArray();

    private static object Heartbeat(string client, object body) => new
    {
        send = "ConsumerGroupHeartbeat", version = "latest", capture = new Dictionary<string, string> { [$"e{client}"] = "memberEpoch" }, body,
    };

    private object Leave(string client) => Step.Send(
        "ConsumerGroupHeartbeat",
        new { groupId = Group, memberId = Id(client), memberEpoch = _dice.Of(-1, -1, -2), instanceId = Instance(client) },
        _dice.Of("latest", "0"));

    private object Commit(string client) => Step.Send(
        "OffsetCommit",
        new
        {
            groupId = Group,
            generationIdOrMemberEpoch = Epoch(client),
            memberId = Id(client),
            groupInstanceId = Instance(client),
            topics = new[] { new { name = "${t}", topicId = "${tId}", partitions = _dice.Some([1, 2], () => new { partitionIndex = _dice.Below(4), committedOffset = _dice.Of(3, 4), committedLeaderEpoch = -1, committedMetadata = "" }) } },
        },
        _dice.Of("latest", "latest", "9", "8", "2"));

    private object Fetch(string client) => Step.Send(
        "OffsetFetch",
        new
        {
            groups = new[] { new { groupId = Group, memberId = _dice.Of(null, Id(client), Id(client)), memberEpoch = _dice.Of(-1, Epoch(client), Epoch(client)), topics = _dice.Of<object[]?>(null, [new { name = "${t}", topicId = "${tId}", partitionIndexes = new[] { 0, 1 } }]) } },
            requireStable = _dice.Percent(50),
        },
        _dice.Of("latest", "9", "8"));

    private static object Described(string version) => new
    {
        send = "ConsumerGroupDescribe", version, mask = new[] { "groups.members.clientHost" }, body = new { groupIds = new[] { Group } },
    };

    private object Somebody(string client) => _dice.Below(7) switch
    {
        0 => Step.Send("DescribeGroups", new { groups = new[] { Group } }, _dice.Of("latest", "5")),
        1 => new { send = "ListGroups", version = _dice.Of("latest", "4"), keep = new { groups = "groupId" }, body = new { statesFilter = _dice.Of<string[]>([], ["Stable", "Reconciling"], ["Assigning"], ["Empty"]), typesFilter = _dice.Of<string[]>([], ["consumer"], ["classic"]) } },
        2 => Step.Send("LeaveGroup", new { groupId = Group, memberId = Id(client), members = new[] { new { memberId = _dice.Of(Id(client), Id(client), ""), groupInstanceId = Instance(client) } } }, _dice.Of("latest", "3", "2")),
        3 => Step.Send("OffsetDelete", new { groupId = Group, topics = new[] { new { name = _dice.Of("${t}", "${u}"), partitions = new[] { new { partitionIndex = 0 } } } } }),
        4 => Step.Send("DeleteGroups", new { groupsNames = new[] { Group } }),
        5 => Step.Send("Heartbeat", new { groupId = Group, generationId = Epoch(client), memberId = Id(client), groupInstanceId = Instance(client) }),
        _ => Step.Send("OffsetFetch", new { groupId = Group, topics = new[] { new { name = "${t}", partitionIndexes = new[] { 0 } } } }, _dice.Of("7", "5", "1")),
    };

    private IEnumerable<object> Classic(string client)
    {
        yield return _dice.Below(7) switch
        {
            < 4 => Waits(client, "JoinGroup", _dice.Of("latest", "latest", "5", "3"), new
            {
                groupId = Group,
                sessionTimeoutMs = 30_000,
                rebalanceTimeoutMs = 60_000,
                memberId = $"${{m{client}}}",
                groupInstanceId = _instances[client],
                protocolType = _dice.Percent(95) ? "consumer" : "x",
                protocols = _dice.Of<string[]>(["range"], ["range"], ["range", "sticky"]).Select(name => new { name, metadata = new { subscription = new { topics = _dice.Of<string[]>(["${p}-t"], ["${p}-t", "${p}-u"]) } } }),
            }),
            < 6 => Waits(client, "SyncGroup", _dice.Of("latest", "3"), new
            {
                groupId = Group,
                generationId = $"${{g{client}}}",
                memberId = $"${{m{client}}}",
                groupInstanceId = _instances[client],
                protocolType = "consumer",
                protocolName = $"${{n{client}}}",
                assignments = new[] { new { memberId = $"${{m{client}}}", assignment = new { assignment = new { topics = new[] { new { topic = "${p}-t", partitions = new[] { 0, 1 } } } } } } },
            }),
            _ => _dice.Of(
                Step.Send("Heartbeat", new { groupId = Group, generationId = $"${{g{client}}}", memberId = $"${{m{client}}}", groupInstanceId = _instances[client] }),
                Step.Send("LeaveGroup", new { groupId = Group, memberId = $"${{m{client}}}", members = new[] { new { memberId = $"${{m{client}}}", groupInstanceId = _instances[client] } } })),
        };
    }

    // In a group that has become a classic one it may have to wait.
    private static object Waits(string client, string api, string version, object body) => new
    {
        send = api, conn = client, timeout = Patience, version, capture = new Dictionary<string, string> { [$"m{client}"] = "memberId", [$"g{client}"] = "generationId", [$"n{client}"] = "protocolName" }, body,
    };

    private string Id(string client) => _dice.Percent(96) ? $"${{uuid:{client}}}" : _dice.Of("${uuid:zz}", "nobody", $"${{uuid:{_clients[0]}}}");

    private object Epoch(string client) => _dice.Percent(80) ? $"${{e{client}}}" : _dice.Of<object>($"${{e{client}+1}}", $"${{e{client}-1}}", 1, 2, 99, 0);

    private string? Instance(string client) => _dice.Percent(93) ? _instances[client] : _dice.Of(null, "izz", "ia", "");
}
