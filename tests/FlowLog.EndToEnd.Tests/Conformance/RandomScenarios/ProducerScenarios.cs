namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Two transactional producers that write records and offsets in every version of every request, with a member of a group beside them, and those who look: at offsets that are pending, at
/// transactions, at producers, and who write markers by hand.
/// </summary>
internal sealed class ProducerScenarios
{
    private const string Group = "${p}-g";

    private readonly Dice _dice;
    private readonly bool _hasMember;
    private readonly bool _bumps;
    private readonly HashSet<string> _open = [];

    private ProducerScenarios(Dice dice) => (_dice, _hasMember, _bumps) = (dice, dice.Percent(50), dice.Percent(50));

    public static IEnumerable<object> Lives(Dice dice) => new ProducerScenarios(dice).Steps();

    private IEnumerable<object> Steps()
    {
        yield return Step.Topic("t", 2);
        yield return Step.Topic("u");
        yield return Step.Coordinator(Group, 0);
        yield return Step.Producer("x", Name("x"));
        yield return Step.Producer("y", Name("y"));
        yield return new { set = new Dictionary<string, object> { ["m"] = "", ["g"] = -1 } };
        if (_hasMember)
        {
            yield return Join();
            yield return Join();
            yield return Step.Send("SyncGroup", new { groupId = Group, generationId = "${g}", memberId = "${m}", protocolType = "consumer", protocolName = "range", assignments = Array.Empty<object>() });
        }

        for (var i = 0; i < 18; i++)
        {
            foreach (var step in Turn(_dice.Of("x", "x", "x", "y")))
                yield return step;
        }

        yield return Step.Sleep(600);
        yield return Step.Read(isolation: 1);
        yield return Step.Read(partition: 1, isolation: 1);
        yield return Offsets("latest");
        yield return Transactions("latest");
    }

    private IEnumerable<object> Turn(string producer) => _dice.Below(20) switch
    {
        < 3 => [Add(producer)],
        3 => [AddSeveral(producer)],
        < 6 => [AddOffsets(producer), Commit(producer)],
        < 8 => [Commit(producer)],
        < 10 => [Produce(producer)],
        < 13 => [End(producer), Step.Sleep(500)],
        13 => [Initialise(producer), Step.Sleep(200)],
        14 or 15 => [Offsets(_dice.Of("latest", "9", "8", "7", "6", "5", "2", "1"))],
        16 => [Transactions(_dice.Of("latest", "0"))],
        17 => [List()],
        18 => [Mark(producer), Step.Sleep(200)],
        _ => [Somebody()],
    };

    private static object Join() => new
    {
        send = "JoinGroup",
        version = "latest",
        capture = new { m = "memberId", g = "generationId" },
        body = new { groupId = Group, sessionTimeoutMs = 30_000, rebalanceTimeoutMs = 1_500, memberId = "${m}", protocolType = "consumer", protocols = new[] { new { name = "range", metadata = new { subscription = new { topics = new[] { "${p}-u" } } } } } },
    };

    private object Add(string producer)
    {
        _open.Add(producer);
        return Step.Retry(
            "AddPartitionsToTxn",
            new { v3AndBelowTransactionalId = Id(producer), v3AndBelowProducerId = Number(producer), v3AndBelowProducerEpoch = Epoch(producer), v3AndBelowTopics = Topics() },
            _dice.Of("3", "2", "1", "0"));
    }

    private object AddSeveral(string producer) => Step.Retry(
        "AddPartitionsToTxn",
        new
        {
            transactions = _dice.Of<string[]>([producer], [producer], ["x", "y"]).Select(each => new { transactionalId = Id(each), producerId = Number(each), producerEpoch = Epoch(each), verifyOnly = _dice.Percent(50), topics = Topics() }),
        },
        _dice.Of("latest", "4"));

    private object[] Topics() => _dice.Some([1, 1, 2], () => (object)new { name = _dice.Of("${t}", "${t}", "${t}", "${u}", "${p}-no", "__consumer_offsets"), partitions = _dice.Of<int[]>([0], [0, 1], [1], [0, 0], [9], []) }).DistinctBy(topic => topic.ToString()).ToArray();

    private object AddOffsets(string producer) => Step.Retry(
        "AddOffsetsToTxn", new { transactionalId = Id(producer), producerId = Number(producer), producerEpoch = Epoch(producer), groupId = _dice.Of(Group, Group, Group, "") }, _dice.Of("latest", "3", "2", "1", "0"));

    private object Commit(string producer)
    {
        _open.Add(producer);
        return Step.Retry(
            "TxnOffsetCommit",
            new
            {
                transactionalId = Id(producer),
                groupId = _dice.Of(Group, Group, Group, Group, "", "${p}-h"),
                producerId = Number(producer),
                producerEpoch = Epoch(producer),
                generationId = _dice.Of<object>(-1, -1, "${g}", "${g}", "${g+1}", 0),
                memberId = _dice.Of("", "", "${m}", "${m}", "nobody"),
                groupInstanceId = _dice.Of(null, null, null, null, "i"),
                topics = _dice.Of<string[]>(["t"], ["t"], ["u"], ["t", "u"], []).Select(topic => new
                {
                    name = _dice.Percent(95) ? Step.Name(topic) : "${p}-no",
                    partitions = _dice.Some([1, 2], () => new { partitionIndex = _dice.Of(0, 0, 1, 9), committedOffset = _dice.Of(1, 2, 3, -1), committedLeaderEpoch = _dice.Of(-1, 0), committedMetadata = _dice.Of(null, "m", new string('e', 4097)) }),
                }),
            },
            _dice.Of("latest", "latest", "4", "3", "2", "1", "0"));
    }

    private object Produce(string producer)
    {
        var batch = new { producerId = Number(producer), producerEpoch = Epoch(producer), baseSequence = _dice.Of(0, 0, 1, 2), records = new[] { RecordScenarios.Record(_dice) }, transactional = _dice.Percent(95) };
        return Step.Retry("Produce", Step.ProduceBody(batch, "t", _dice.Below(2), -1, Id(producer)), _bumps ? _dice.Of("latest", "12") : _dice.Of("11", "8"));
    }

    private object End(string producer)
    {
        var (version, ends) = (_dice.Of("latest", "latest", "4", "3", "1", "0"), _open.Remove(producer));
        var (number, epoch) = (Number(producer), Epoch(producer));
        var isKnown = ends && version == "latest" && number is string && epoch is string;
        return Step.Retry(
            "EndTxn",
            new { transactionalId = Id(producer), producerId = number, producerEpoch = epoch, committed = _dice.Percent(60) },
            version,
            isKnown ? new Dictionary<string, string> { [$"{producer}Id"] = "producerId", [$"{producer}Epoch"] = "producerEpoch" } : null);
    }

    private object Initialise(string producer)
    {
        _open.Remove(producer);
        var goesOn = _dice.Percent(35);
        return Step.Retry(
            "InitProducerId",
            new
            {
                transactionalId = _dice.Percent(94) ? Name(producer) : _dice.Of(null, "", "${p}-z"),
                transactionTimeoutMs = _dice.Of(60_000, 60_000, 60_000, 60_000, 0, -1, 900_001),
                producerId = goesOn ? Number(producer) : -1,
                producerEpoch = goesOn ? Epoch(producer) : -1,
            },
            _dice.Of("latest", "5", "4", "3"),
            goesOn ? null : new Dictionary<string, string> { [$"{producer}Id"] = "producerId", [$"{producer}Epoch"] = "producerEpoch" });
    }

    private object Offsets(string version)
    {
        var named = _dice.Percent(50) ? null : new[] { new { name = "${t}", partitionIndexes = new[] { 0, 1 } } };
        var topics = named?.Select(topic => new { topic.name, topicId = "${tId}", topic.partitionIndexes });
        return Step.Send("OffsetFetch", new { groupId = Group, topics = named, groups = new[] { new { groupId = Group, memberId = (string?)null, memberEpoch = -1, topics } }, requireStable = _dice.Percent(60) }, version == "1" && named is null ? "2" : version);
    }

    private object Transactions(string version) => Step.Send("DescribeTransactions", new { transactionalIds = _dice.Of<string[]>([Name("x")], [Name("x"), Name("y"), "${p}-no"]) }, version);

    private object List() => new
    {
        send = "ListTransactions",
        version = _dice.Of("latest", "1", "0"),
        keep = new { transactionStates = "transactionalId" },
        body = new
        {
            stateFilters = _dice.Of<string[]>([], ["Ongoing"], ["Empty", "CompleteCommit"], ["Bogus"], ["ongoing"]),
            producerIdFilters = _dice.Of<object[]>([], ["${xId}"], [-1]),
            durationFilter = _dice.Of(-1, -1, 1_000_000),
            transactionalIdPattern = _dice.Of(null, ".*-x", "", "["),
        },
    };

    private object Mark(string producer) => Step.Send("WriteTxnMarkers", new
    {
        // Of several markers Kafka answers none if one has no partition that there is, and none that names a partition twice.
        markers = _dice.Some([1], () => new
        {
            producerId = _dice.Of(Number(producer), Number(producer), Number("y"), -1, 5),
            producerEpoch = _dice.Of(Epoch(producer), Epoch(producer), -1, 0),
            transactionResult = _dice.Percent(30),
            topics = _dice.Some([1, 1, 2], () => new { name = _dice.Of("${t}", "${t}", "${p}-no", ""), partitionIndexes = _dice.Of<int[]>([0], [1], [0, 1], [9], []) }).DistinctBy(topic => topic.name),
            coordinatorEpoch = _dice.Of(0, 0, -1, 5),
            transactionVersion = _dice.Of(0, 1, 2, -1),
        }),
    }, _dice.Of("latest", "1"));

    private object Somebody() => _dice.Below(5) switch
    {
        0 => Step.Send("DescribeProducers", new { topics = new[] { new { name = "${t}", partitionIndexes = new[] { 0, 1 } } } }),
        1 => Step.Send("OffsetDelete", new { groupId = Group, topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = 0 }, new { partitionIndex = 1 } } } } }),
        2 => Step.Send("DeleteGroups", new { groupsNames = new[] { Group } }),
        3 => Step.Send("OffsetCommit", new
        {
            groupId = Group,
            generationIdOrMemberEpoch = "${g}",
            memberId = "${m}",
            topics = new[] { new { name = "${t}", topicId = "${tId}", partitions = new[] { new { partitionIndex = 0, committedOffset = 9, committedLeaderEpoch = -1, committedMetadata = "p" } } } },
        }),
        _ => Step.Send("Heartbeat", new { groupId = Group, generationId = "${g}", memberId = "${m}" }),
    };

    private static string Name(string producer) => $"${{p}}-{producer}";

    private string Id(string producer) => _dice.Percent(97) ? Name(producer) : _dice.Of("", "${p}-z", Name("y"));

    private object Number(string producer) => _dice.Percent(95) ? $"${{{producer}Id}}" : _dice.Of<object>("${yId}", -1, 99_999);

    private object Epoch(string producer) => _dice.Percent(92) ? $"${{{producer}Epoch}}" : _dice.Of<object>(0, 5, -1, 32767, $"${{{producer}Epoch+1}}");
}
