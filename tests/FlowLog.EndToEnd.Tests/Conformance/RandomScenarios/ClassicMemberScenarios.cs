namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Several members of a classic group, static ones among them: they join, are called to join again and do or do not, ask for their assignment or not, stay silent, leave, come back.
/// Each has a connection of its own, on which it waits; whoever gets no answer for half a second goes on without it, on both sides.
/// </summary>
internal sealed class ClassicMemberScenarios
{
    private const string Group = "${p}-g";
    private const int Patience = 500;

    private readonly Dice _dice;
    private readonly string[] _clients;
    private readonly Dictionary<string, string?> _instances;
    private readonly string _type;
    private readonly int _sessionMs;
    private readonly int _rebalanceMs;
    private int _sleeps;

    private ClassicMemberScenarios(Dice dice)
    {
        _dice = dice;
        _clients = dice.Of<string[]>(["a", "b"], ["a", "b", "c"], ["a"]);
        _instances = _clients.ToDictionary(client => client, client => dice.Percent(40) ? $"i{client}" : null);
        _type = dice.Of("consumer", "consumer", "consumer", "connect");
        _sessionMs = dice.Of(6_000, 30_000, 30_000, 30_000);
        _rebalanceMs = dice.Of(3_000, 3_000, 60_000);
        _sleeps = 2;
    }

    public static IEnumerable<object> Lives(Dice dice) => new ClassicMemberScenarios(dice).Steps();

    private IEnumerable<object> Steps()
    {
        yield return Step.Topic("t", 2);
        yield return Step.Coordinator(Group, 0);
        foreach (var client in _clients)
            yield return new { set = new Dictionary<string, object> { [$"m{client}"] = "", [$"g{client}"] = -1, [$"n{client}"] = "range" } };

        for (var i = 0; i < 12; i++)
        {
            foreach (var step in Turn())
                yield return step;
        }

        yield return Describe("latest");
    }

    private IEnumerable<object> Turn() => _dice.Below(12) switch
    {
        < 3 => All(Join, _clients),
        3 => All(Join, Some()),
        < 6 => All(Sync, _clients),
        6 => All(Sync, Some()),
        7 when _sleeps-- > 0 => [Step.Sleep(_dice.Percent(50) ? _rebalanceMs < 10_000 ? 3_600 : 300 : _sessionMs < 10_000 ? 6_800 : 300)],
        _ => [Alone(_dice.Of(_clients))],
    };

    private string[] Some() => [.. _clients.Where(_ => _dice.Percent(50))];

    // They send one after the other, so that the order is the same everywhere, and only then look for their answers.
    private static IEnumerable<object> All(Func<string, object> send, string[] clients)
    {
        foreach (var client in clients)
        {
            yield return send(client);
            yield return Step.Sleep(60);
        }

        yield return Step.Sleep(100);
        foreach (var client in clients)
            yield return new { receive = client, timeout = Patience, capture = new Dictionary<string, string> { [$"m{client}"] = "memberId", [$"g{client}"] = "generationId", [$"n{client}"] = "protocolName" } };
    }

    private object Join(string client) => new
    {
        send = "JoinGroup",
        conn = client,
        wait = false,
        version = _dice.Of("latest", "latest", "latest", "8", "6", "5", "4", "3", "2", "1", "0"),
        body = new
        {
            groupId = Group,
            sessionTimeoutMs = _sessionMs,
            rebalanceTimeoutMs = _rebalanceMs,
            memberId = Waiting(client),
            groupInstanceId = _dice.Percent(95) ? _instances[client] : _dice.Of(null, "izz", "ia"),
            protocolType = _dice.Percent(96) ? _type : _dice.Of("", "x", "consumer"),
            protocols = _dice.Percent(97) ? _dice.Of<string[]>(["range"], ["range"], ["range", "roundrobin"], ["roundrobin", "range"], ["sticky"]).Select(Protocol) : [],
        },
    };

    private object Protocol(string name) => new
    {
        name,
        metadata = _type == "consumer" ? new { subscription = new { topics = _dice.Of<string[]>(["${p}-t"], ["${p}-t"], ["${p}-t", "${p}-u"], []) } } : (object)_dice.Of("same", "same", "other"),
    };

    private object Sync(string client) => new
    {
        send = "SyncGroup",
        conn = client,
        wait = false,
        version = _dice.Of("latest", "latest", "4", "3", "2", "1", "0"),
        body = new
        {
            groupId = Group,
            generationId = Generation(client),
            memberId = Waiting(client),
            groupInstanceId = Instance(client),
            protocolType = _dice.Percent(95) ? _type : _dice.Of(null, "x"),
            protocolName = _dice.Percent(95) ? $"${{n{client}}}" : _dice.Of(null, "x"),
            assignments = Some().Select(other => new { memberId = $"${{m{other}}}", assignment = Assignment() }),
        },
    };

    private object Assignment()
    {
        object assigned = new { assignment = new { topics = new[] { new { topic = "${p}-t", partitions = _dice.Of<int[]>([0], [1], [0, 1]) } } } };
        return _type == "consumer" ? assigned : "tasks";
    }

    private object Alone(string client) => _dice.Below(9) switch
    {
        0 or 1 => Step.Send("Heartbeat", new { groupId = Group, generationId = Generation(client), memberId = Member(client), groupInstanceId = Instance(client) }, _dice.Of("latest", "3", "2", "1", "0")),
        2 or 3 => Step.Send("LeaveGroup", Leave(client), _dice.Of("latest", "4", "3", "2", "1", "0")),
        4 => Step.Send("OffsetCommit", Commit(client), _dice.Of("latest", "9", "8", "7", "6", "5", "2")),
        5 => Step.Send("OffsetFetch", new { groups = new[] { new { groupId = Group, memberId = _dice.Of(null, $"${{m{client}}}"), memberEpoch = _dice.Of<object>(-1, Generation(client)), topics = (object[]?)null } }, requireStable = _dice.Percent(50) }, _dice.Of("latest", "9", "8")),
        6 => Describe(_dice.Of("latest", "5", "4", "3", "2", "1", "0")),
        7 => new { send = "ListGroups", version = _dice.Of("latest", "4", "3", "2", "1", "0"), keep = new { groups = "groupId" }, body = new { } },
        _ => _dice.Of(
            Step.Send("DeleteGroups", new { groupsNames = new[] { Group } }, _dice.Of("latest", "0", "1")),
            Step.Send("OffsetDelete", new { groupId = Group, topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = 0 } } } } }),
            Step.Send("ConsumerGroupDescribe", new { groupIds = new[] { Group } }),
            Step.Send("ConsumerGroupHeartbeat", new { groupId = Group, memberId = "${uuid:n}", memberEpoch = _dice.Of(1, -1, -2), instanceId = _dice.Of(null, "ia") })),
    };

    private object Leave(string client) => new
    {
        groupId = Group,
        memberId = Member(client),
        members = _dice.Some([1, 1, 2], () => _dice.Of(client, _dice.Of(_clients))).Select(leaver => new { memberId = _dice.Percent(70) ? $"${{m{leaver}}}" : _dice.Of("", "nobody"), groupInstanceId = Instance(leaver), reason = _dice.Of(null, "r") }),
    };

    private object Commit(string client) => new
    {
        groupId = Group,
        generationIdOrMemberEpoch = Generation(client),
        memberId = Member(client),
        groupInstanceId = Instance(client),
        topics = new[] { new { name = "${t}", topicId = "${tId}", partitions = new[] { new { partitionIndex = _dice.Of(0, 1), committedOffset = _dice.Of(3, 4), committedLeaderEpoch = -1, committedMetadata = "" } } } },
    };

    private static object Describe(string version) => new
    {
        send = "DescribeGroups", version, mask = new[] { "groups.members.clientHost" }, body = new { groups = new[] { Group } },
    };

    private object Generation(string client) => _dice.Percent(85) ? $"${{g{client}}}" : _dice.Of<object>(-1, 0, 1, 99, $"${{g{client}+1}}");

    // Not one that may wait on another connection: whoever waited there Kafka never answers, and FlowLog does.
    private string Waiting(string client) => _dice.Percent(92) ? $"${{m{client}}}" : _dice.Of("", "nobody", $"${{m{_clients[0]}}}x");

    private string Member(string client) => _dice.Percent(92) ? $"${{m{client}}}" : _dice.Of("", "nobody", $"${{m{_clients[0]}}}");

    private string? Instance(string client) => _dice.Percent(92) ? _instances[client] : _dice.Of(null, "izz", "ia");
}
