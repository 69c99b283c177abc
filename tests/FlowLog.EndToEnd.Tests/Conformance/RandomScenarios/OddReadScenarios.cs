namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Reading in ways that readers do not: every number of a fetch, of a look-up and of a deletion odd, on logs with batches of every kind, transactions and a moved start.</summary>
internal static class OddReadScenarios
{
    private const int Plenty = 1 << 20;

    /// <summary>Fetches without a session.</summary>
    public static IEnumerable<object> Fetches(Dice dice)
    {
        foreach (var step in Filled(dice))
            yield return step;
        for (var i = 0; i < 18; i++)
        {
            yield return Step.Send(
                "Fetch",
                new
                {
                    replicaId = dice.Of(-1, -1, -1, -1, -2, 0, 1, 2, -3),
                    replicaState = dice.Percent(70) ? new { replicaId = -1, replicaEpoch = -1L } : new { replicaId = dice.Of(-2, 0, 1, 2, 99, -3), replicaEpoch = dice.Of(-1L, 0, 5) },
                    maxWaitMs = dice.Of(20, 20, 0, -1),
                    minBytes = dice.Of(0, 1, 1, -1, 100, int.MaxValue),
                    maxBytes = dice.Of(int.MaxValue, int.MaxValue, Plenty, 0, 1, -1, 75, 200, int.MinValue),
                    isolationLevel = dice.Of(0, 0, 1, 1, 1, 2, -1),
                    sessionId = dice.Of(0, 0, 0, 0, 1, -1, int.MaxValue),
                    sessionEpoch = dice.Of(-1, -1, -1, -1, 0, 1, -2),
                    topics = dice.Some([1, 1, 2, 3, 0], () => Asked(dice)),
                    forgottenTopicsData = dice.Percent(90) ? [] : new[] { new { topic = "${t}", topicId = "${tId}", partitions = new[] { dice.Of(0, 9) } } },
                    rackId = dice.Of("", "", "r"),
                },
                dice.Of("latest", "latest", "latest", "4", "5", "6", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17"));
        }
    }

    /// <summary>Fetches of a session whose requests skip, repeat, forget and bring back.</summary>
    public static IEnumerable<object> Sessions(Dice dice)
    {
        foreach (var step in Filled(dice))
            yield return step;
        var version = dice.Of("7", "8", "10", "11", "12", "13", "14", "15", "16", "17", "latest", "latest");
        yield return new { send = "Fetch", version, capture = new { s = "sessionId" }, body = Step.Fetch([.. dice.Some([1, 2, 3], () => Asked(dice))], epoch: 0, isolation: dice.Below(2)) };
        var epoch = 1;
        for (var i = 0; i < 16; i++)
        {
            var isNext = dice.Percent(88);
            var sent = isNext ? epoch++ : dice.Of(0, -1, epoch + 1, Math.Max(epoch - 1, 1), int.MaxValue, -2, int.MinValue);
            object session = dice.Percent(95) ? "${s}" : dice.Of(0, 1, -1, int.MaxValue);
            yield return Step.Send(
                "Fetch",
                Step.Fetch(
                    dice.Percent(50) ? [.. dice.Some([1, 1, 2], () => Asked(dice))] : [],
                    session,
                    sent,
                    dice.Below(2),
                    dice.Of(1, 1, 0, 100),
                    dice.Of(Plenty, Plenty, Plenty, 100, 0),
                    dice.Percent(30) ? dice.Some<object>([1, 2], () => Forgotten(dice)) : []),
                dice.Percent(95) ? version : dice.Of("12", "13"));
            if (dice.Percent(30))
                yield return Step.Produce(new { records = new[] { RecordScenarios.Record(dice) } }, dice.Of("t", "u"), 0);
            else if (dice.Percent(8))
                yield return Deletion(dice);
        }
    }

    /// <summary>Look-ups by time and by epoch, and deletions.</summary>
    public static IEnumerable<object> Lookups(Dice dice)
    {
        foreach (var step in Filled(dice))
            yield return step;
        for (var i = 0; i < 22; i++)
        {
            yield return dice.Below(10) switch
            {
                < 6 => Step.Send(
                    "ListOffsets",
                    new
                    {
                        replicaId = dice.Of(-1, -1, -1, -2, 0, 1, 5, -3),
                        isolationLevel = dice.Of(0, 0, 1, 1, 2, -1),
                        timeoutMs = dice.Of(1000, 0, -1),
                        topics = dice.Some([1, 1, 1, 2], () => new
                        {
                            name = Topic(dice).Name,
                            partitions = dice.Some([1, 1, 2], () => new
                            {
                                partitionIndex = dice.Of(0, 0, 0, 1, 2, 9, -1),
                                currentLeaderEpoch = dice.Of(-1, -1, -1, 0, 1, -2, int.MaxValue, int.MinValue),
                                timestamp = dice.Of<object>(
                                    -1, -2, -3, -4, -5, -6, -7, -100, long.MinValue, long.MaxValue, 0, 1, "${now}", "${now+1}", "${now-1000}", "${now+1000}", "${now+10000}", "${now+30000}", "${now+50000}"),
                            }),
                        }),
                    },
                    dice.Of("latest", "latest", "latest", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11")),
                < 9 => Step.Send(
                    "OffsetForLeaderEpoch",
                    new
                    {
                        replicaId = dice.Of(-1, -1, -2, 0, 1, 7),
                        topics = dice.Some([1, 1, 2], () => Topic(dice).Name).Distinct().Select(topic => new
                        {
                            topic,
                            partitions = dice.Some([1, 1, 2], () => new
                            {
                                partition = dice.Of(0, 0, 1, 9, -1), currentLeaderEpoch = dice.Of(-1, -1, 0, 1, -2, int.MaxValue), leaderEpoch = dice.Of(0, 0, 1, -1, 5, -2, int.MaxValue, int.MinValue),
                            }),
                        }),
                    },
                    dice.Of("latest", "2", "3")),
                _ => Deletion(dice),
            };
        }
    }

    private static object Deletion(Dice dice) => Step.Send(
        "DeleteRecords",
        new
        {
            topics = dice.Some([1, 1, 2], () => new
            {
                name = Topic(dice).Name,
                partitions = dice.Some([1, 1, 2], () => new { partitionIndex = dice.Of(0, 0, 1, 2, 9, -1), offset = dice.Of(-1, 0, 1, 2, 3, 5, 100, -2, long.MaxValue, long.MinValue) }),
            }),
            timeoutMs = dice.Of(5000, 5000, 0, -1),
        },
        dice.Of("latest", "latest", "0", "1"));

    private static (string Name, string Id) Topic(Dice dice) => dice.Of(
        (Step.Name("t"), Step.Id("t")), (Step.Name("t"), Step.Id("t")), (Step.Name("t"), Step.Id("t")), (Step.Name("u"), Step.Id("u")), (Step.Name("c"), Step.Id("c")),
        ("${p}-no", "${uuid:no}"), ("", "AAAAAAAAAAAAAAAAAAAAAA"), ("${p} bad", "${uuid:bad}"), ("__consumer_offsets", "AAAAAAAAAAAAAAAAAAAAAQ"));

    private static object Asked(Dice dice)
    {
        var (topic, topicId) = Topic(dice);
        return new
        {
            topic,
            topicId,
            partitions = dice.Some([1, 1, 2, 3], () => new
            {
                partition = dice.Of(0, 0, 0, 1, 1, 2, 9, -1),
                currentLeaderEpoch = dice.Of(-1, -1, -1, 0, 0, 1, -2, int.MaxValue),
                fetchOffset = dice.Of<long>(0, 0, 1, 2, 3, 4, 5, 7, 9, 30, -1, -2, long.MaxValue, long.MinValue),
                lastFetchedEpoch = dice.Of(-1, -1, -1, -1, 0, 1, -2, int.MaxValue),
                logStartOffset = dice.Of<long>(-1, -1, 0, 3, long.MaxValue),
                partitionMaxBytes = dice.Of(Plenty, Plenty, Plenty, 0, -1, 75, 160, int.MaxValue, int.MinValue),
            }),
        };
    }

    private static object Forgotten(Dice dice)
    {
        var (topic, topicId) = Topic(dice);
        return new { topic, topicId, partitions = dice.Some([1, 2, 0], () => dice.Of(0, 1, 2, 9, -1)) };
    }

    private static IEnumerable<object> Filled(Dice dice)
    {
        yield return Step.Topic("t", 3, dice.Percent(30) ? new Dictionary<string, string> { ["message.timestamp.type"] = "LogAppendTime" } : null);
        yield return Step.Topic("u");
        yield return Step.Topic("c", configs: new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
        for (var i = 0; i < 6; i++)
        {
            var records = dice.Some([1, 2, 3], () => RecordScenarios.Record(dice));
            foreach (var record in records.Cast<Dictionary<string, object?>>())
                record["key"] ??= "k";
            yield return Step.Produce(new { records, codec = dice.Of("none", "none", "gzip", "lz4", "zstd", "snappy") }, dice.Of("t", "t", "t", "c"), 0);
        }

        if (dice.Percent(60))
        {
            yield return Step.Producer("x", "${p}-x");
            yield return Step.Retry(
                "AddPartitionsToTxn",
                new { v3AndBelowTransactionalId = "${p}-x", v3AndBelowProducerId = "${xId}", v3AndBelowProducerEpoch = "${xEpoch}", v3AndBelowTopics = new[] { new { name = "${t}", partitions = new[] { 0 } } } },
                "3");
            var batch = new Dictionary<string, object>
            {
                ["transactional"] = true, ["producerId"] = "${xId}", ["producerEpoch"] = "${xEpoch}", ["baseSequence"] = 0, ["records"] = new[] { RecordScenarios.Record(dice) },
            };
            yield return Step.Retry("Produce", Step.ProduceBody(batch, "t", 0, -1, "${p}-x"), "10");
            if (dice.Percent(75))
                yield return Step.Retry("EndTxn", new { transactionalId = "${p}-x", producerId = "${xId}", producerEpoch = "${xEpoch}", committed = dice.Percent(40) }, "3");
            yield return Step.Sleep(300);
            yield return Step.Produce(new { records = new[] { RecordScenarios.Record(dice) } });
        }

        if (dice.Percent(40))
            yield return Step.Send("DeleteRecords", new { topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = 0, offset = dice.Of(1, 2, 3, -1) } } } }, timeoutMs = 5000 });
    }
}
