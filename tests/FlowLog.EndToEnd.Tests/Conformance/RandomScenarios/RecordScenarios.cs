namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Writing and reading: batches good and bad, sequences of producers, fetches with and without sessions, look-ups by time.</summary>
internal static class RecordScenarios
{
    public static IEnumerable<object> Produce(Dice dice)
    {
        yield return Step.Topic("t", 2, LogConfigs(dice));
        for (var i = 0; i < 12; i++)
            yield return Step.Produce(Batch(dice), "t", dice.Of(0, 0, 0, 1, 7), dice.Of("latest", "latest", "3", "5", "7", "8", "9", "12"), dice.Of(-1, 1));
        yield return Step.Read();
        yield return Step.Read(partition: 1);
        yield return Offsets(dice, -3);
    }

    public static IEnumerable<object> Sequences(Dice dice)
    {
        yield return Step.Topic("t");
        yield return Step.Producer("a");
        yield return Step.Producer("b");
        var next = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0 };
        for (var i = 0; i < 16; i++)
        {
            var who = dice.Of("a", "a", "b");
            var count = dice.Of(1, 1, 2, 3);
            var isInOrder = dice.Percent(60);
            var epoch = dice.Percent(85) ? 0 : dice.Of(1, 2, -1);
            var sequence = isInOrder ? next[who] : dice.Of(Math.Max(0, next[who] + dice.Of(-3, -2, -1, 1, 2, 5)), 0, int.MaxValue, -1);
            if (isInOrder && epoch == 0)
                next[who] += count;
            yield return Step.Produce(
                new Dictionary<string, object>
                {
                    ["producerId"] = $"${{{who}Id}}",
                    ["producerEpoch"] = epoch == 0 ? $"${{{who}Epoch}}" : epoch > 0 ? $"${{{who}Epoch+{epoch}}}" : -1,
                    ["baseSequence"] = sequence,
                    ["records"] = dice.Some([count], () => Record(dice)),
                    ["codec"] = dice.Of("none", "none", "gzip"),
                },
                version: dice.Of("latest", "latest", "3", "8"));
            if (dice.Percent(15))
                yield return Producers();
        }

        yield return Step.Read();
        yield return Producers();
    }

    public static IEnumerable<object> Fetch(Dice dice)
    {
        yield return Step.Topic("t", 3);
        yield return Step.Topic("u");
        for (var i = 0; i < 6; i++)
            yield return Step.Produce(Good(dice), partition: i / 4);
        if (dice.Percent(40))
            yield return Step.Send("DeleteRecords", new { topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = 0, offset = dice.Of(-1, 1, 2, 4) } } } }, timeoutMs = 5000 });
        for (var i = 0; i < 14; i++)
        {
            yield return Step.Send(
                "Fetch",
                Step.Fetch(
                    [.. dice.Of<string[]>(["t"], ["t", "u"], ["u", "t"]).Select(topic => Asked(dice, topic))],
                    isolation: dice.Below(2),
                    minBytes: dice.Of(0, 1, 1, 50),
                    maxBytes: dice.Of(52_428_800, 52_428_800, 100, 0, 1)),
                dice.Of("latest", "latest", "4", "7", "11", "12", "13", "15"));
            if (dice.Percent(40))
                yield return Offsets(dice, dice.Of<object>(-1, -2, -3, -4, -5, -6, 0, "${now}", "${now+20000}"));
        }
    }

    public static IEnumerable<object> Sessions(Dice dice)
    {
        var version = dice.Of("7", "11", "12", "13", "15", "latest");
        yield return Step.Topic("t", 3);
        yield return Step.Topic("u");
        yield return Step.Produce(Good(dice));
        yield return new
        {
            send = "Fetch", version, capture = new { s = "sessionId" }, body = Step.Fetch([Wanted(dice, "t"), Wanted(dice, "u")], epoch: 0),
        };
        var epoch = 1;
        for (var i = 0; i < 12; i++)
        {
            var sent = dice.Percent(90) ? epoch++ : dice.Of(epoch + 1, Math.Max(epoch - 1, 1));
            object[] forgotten = [];
            if (dice.Percent(25))
            {
                var gone = dice.Of("t", "u");
                forgotten = [new { topic = Step.Name(gone), topicId = Step.Id(gone), partitions = new[] { dice.Below(3) } }];
            }

            yield return Step.Send("Fetch", Step.Fetch(dice.Percent(40) ? [Wanted(dice, dice.Of("t", "u"))] : [], "${s}", sent, forgotten: forgotten), version);
            if (dice.Percent(40))
                yield return Step.Produce(Good(dice), dice.Of("t", "u"));
        }
    }

    /// <summary>A record that is as it should be.</summary>
    public static object Record(Dice dice)
    {
        var record = new Dictionary<string, object?>
        {
            ["key"] = dice.Of(null, "", $"k{dice.Below(4)}"),
            ["value"] = dice.Of<object?>(null, "", $"v{dice.Below(9)}", new { repeat = "x", n = dice.Below(300) }),
        };
        if (dice.Percent(30))
            record["headers"] = dice.Some([0, 1, 2], () => new[] { $"h{dice.Below(3)}", dice.Of(null, "", "v") });
        if (dice.Percent(50))
            record["ts"] = $"${{now+{dice.Below(55_000) - 5_000}}}";
        return record;
    }

    private static object Good(Dice dice) => new { records = dice.Some([1, 2, 3], () => Record(dice)), codec = dice.Of("none", "none", "gzip", "lz4") };

    private static Dictionary<string, object> Batch(Dice dice)
    {
        var batch = new Dictionary<string, object> { ["records"] = dice.Some([1, 1, 2, 3, 5], () => Record(dice)), ["codec"] = dice.Of("none", "none", "gzip", "snappy", "lz4", "zstd") };
        if (dice.Percent(25))
            batch["set"] = new Dictionary<string, int> { [dice.Of("lastOffsetDelta", "recordCount", "baseTimestamp", "maxTimestamp")] = dice.Of(0, 1, 2, 5, -1, 100) };
        if (dice.Percent(10))
            batch["crc"] = "bad";
        if (dice.Percent(10))
            batch["partitionLeaderEpoch"] = dice.Of(-1, 0, 5);
        if (dice.Percent(8))
            batch["baseOffset"] = dice.Of(0, 1, 7, -1);
        if (dice.Percent(8))
            batch["timestampType"] = "append";
        return batch;
    }

    private static Dictionary<string, string> LogConfigs(Dice dice)
    {
        var configs = new Dictionary<string, string>();
        if (dice.Percent(30))
            configs["message.timestamp.type"] = "LogAppendTime";
        if (dice.Percent(30))
            configs["compression.type"] = dice.Of("gzip", "zstd", "lz4", "snappy", "uncompressed");
        if (dice.Percent(20))
            configs["message.timestamp.after.max.ms"] = "1000";
        if (dice.Percent(20))
            configs["max.message.bytes"] = dice.Of("200", "500");
        if (dice.Percent(20))
            configs["cleanup.policy"] = "compact";
        return configs;
    }

    private static object Asked(Dice dice, string topic) => new
    {
        topic = Step.Name(topic),
        topicId = Step.Id(topic),
        partitions = dice.Some([1, 2], () => new
        {
            partition = dice.Of(0, 0, 1, 1, 2, 9),
            currentLeaderEpoch = dice.Of(-2, -1, -1, 0, 0, 1),
            fetchOffset = dice.Of(-1, 0, 1, 2, 3, 4, 5, 8, 20),
            lastFetchedEpoch = dice.Of(-1, -1, -1, 0, 1),
            logStartOffset = dice.Of(-1, 0, 3),
            partitionMaxBytes = dice.Of(1 << 20, 1 << 20, 0, 80, 150, -1),
        }),
    };

    private static object Wanted(Dice dice, string topic) => new
    {
        topic = Step.Name(topic),
        topicId = Step.Id(topic),
        partitions = dice.Some([1, 2], () => dice.Of(0, 1, 2, 7)).Distinct().Order()
            .Select(partition => new { partition, currentLeaderEpoch = -1, fetchOffset = dice.Of(0, 0, 1, 2, 9), lastFetchedEpoch = -1, partitionMaxBytes = 1 << 20 }),
    };

    private static object Offsets(Dice dice, object time) => Step.Send(
        "ListOffsets",
        new
        {
            replicaId = -1,
            isolationLevel = dice.Below(2),
            timeoutMs = 1000,
            topics = dice.Some([1, 1, 2], () => new { name = dice.Of("${t}", "${t}", "${p}-no"), partitions = new[] { new { partitionIndex = dice.Of(0, 1, 9), currentLeaderEpoch = dice.Of(-1, -1, 0, 5), timestamp = time } } }),
        },
        dice.Of("latest", "latest", "1", "4", "7", "9"));

    private static object Producers() => Step.Send("DescribeProducers", new { topics = new[] { new { name = "${t}", partitionIndexes = new[] { 0 } } } });
}
