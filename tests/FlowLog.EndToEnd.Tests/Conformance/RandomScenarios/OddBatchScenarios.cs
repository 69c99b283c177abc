namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Batches that producers do not write: every field of the header and of the records odd, alone and together, on topics with every setting that the checks of an append heed. What is
/// accepted is read back as it lies in the log.
/// </summary>
internal static class OddBatchScenarios
{
    private static readonly string[] s_codecs = ["none", "none", "none", "gzip", "snappy", "lz4", "zstd"];

    /// <summary>One odd batch after another.</summary>
    public static IEnumerable<object> Batches(Dice dice)
    {
        var settings = Settings(dice);
        yield return Step.Topic("t", 2, settings);
        yield return Step.Producer("a");
        for (var i = 0; i < 14; i++)
            yield return Step.Produce(Odd(dice), "t", dice.Below(2), Version(dice), dice.Of(-1, -1, 1));
        foreach (var step in WhatLies(dice, "t", 2, settings.GetValueOrDefault("message.timestamp.type") != "LogAppendTime"))
            yield return step;
    }

    /// <summary>Several partitions, topics and batches in one request, good ones among bad ones.</summary>
    public static IEnumerable<object> Requests(Dice dice)
    {
        var settings = Settings(dice);
        yield return Step.Topic("t", 3, settings);
        yield return Step.Topic("u", 1);
        yield return Step.Producer("a");
        for (var i = 0; i < 8; i++)
        {
            yield return Step.Send(
                "Produce",
                new
                {
                    transactionalId = (string?)null,
                    acks = dice.Of(-1, 1),
                    timeoutMs = 5000,
                    topicData = dice.Some([1, 2, 2], () => dice.Of("t", "t", "u")).Distinct().Select(topic => new
                    {
                        name = Step.Name(topic),
                        topicId = Step.Id(topic),
                        partitionData = dice.Some([1, 2, 3], () => new { index = dice.Of(0, 1, 2, 0, 7), records = Records(dice) }),
                    }),
                },
                Version(dice));
        }

        foreach (var step in WhatLies(dice, "t", 3, settings.GetValueOrDefault("message.timestamp.type") != "LogAppendTime"))
            yield return step;
    }

    /// <summary>Records sections as no client writes them, plain and compressed.</summary>
    public static IEnumerable<object> Sections(Dice dice)
    {
        var settings = Settings(dice);
        yield return Step.Topic("t", 1, settings);
        for (var i = 0; i < 14; i++)
        {
            var count = dice.Of(1, 1, 2, 3);
            var (codec, bytes) = OddSection.Make(dice, count, dice.Of(s_codecs));
            var batch = new Dictionary<string, object> { ["records"] = dice.Some([count], () => new { value = "v" }), ["codec"] = codec, ["section"] = new { hex = Convert.ToHexString(bytes) } };
            if (dice.Percent(15))
                batch["set"] = new Dictionary<string, object> { [dice.Of("recordCount", "lastOffsetDelta")] = dice.Of(count - 1, count, count + 1) };
            yield return Step.Produce(batch, version: Version(dice));
        }

        foreach (var step in WhatLies(dice, "t", 1, settings.GetValueOrDefault("message.timestamp.type") != "LogAppendTime"))
            yield return step;
    }

    /// <summary>The formats of old, plain, wrapped and compressed, and what a reader finds afterwards.</summary>
    public static IEnumerable<object> OldFormats(Dice dice)
    {
        var settings = Settings(dice);
        yield return Step.Topic("t", 1, settings);
        for (var i = 0; i < 10; i++)
        {
            var bytes = OldMessages.Make(dice);
            yield return Step.Send(
                "Produce",
                new
                {
                    transactionalId = (string?)null,
                    acks = -1,
                    timeoutMs = 5000,
                    topicData = new[] { new { name = "${t}", topicId = "${tId}", partitionData = new[] { new { index = 0, records = new { hex = Convert.ToHexString(bytes) } } } } },
                },
                Version(dice));
            if (dice.Percent(20))
                yield return Step.Produce(new { records = new[] { RecordScenarios.Record(dice) } });
        }

        foreach (var step in WhatLies(dice, "t", 1, settings.GetValueOrDefault("message.timestamp.type") != "LogAppendTime"))
            yield return step;
    }

    /// <summary>Batches whose size is the largest that the topic takes, one byte more and one less.</summary>
    public static IEnumerable<object> Sizes(Dice dice)
    {
        const int Limit = 300;
        const int Around = 69;
        var codec = dice.Of("producer", "producer", "gzip", "lz4", "uncompressed", "zstd", "snappy");
        yield return Step.Topic("t", 1, new Dictionary<string, string> { ["max.message.bytes"] = $"{Limit}", ["compression.type"] = codec });
        for (var i = 0; i < 12; i++)
        {
            // Lengths from 64 on take two bytes, and so does that of the record.
            var length = dice.Of(Limit - Around - 2, Limit - Around - 1, Limit - Around, Limit - Around + 1, Limit - Around + 2, 100, 1000);
            object value = dice.Percent(60) ? new { repeat = "x", n = length } : new { random = length };
            yield return Step.Produce(new { records = dice.Some([1, 1, 1, 2], () => new { value }), codec = dice.Of(s_codecs) }, version: Version(dice));
        }

        foreach (var step in WhatLies(dice, "t", 1))
            yield return step;
    }

    /// <summary>Sequences of producers at their edges, with ids and epochs that do not go together.</summary>
    public static IEnumerable<object> Sequences(Dice dice)
    {
        yield return Step.Topic("t", 2);
        yield return Step.Producer("a");
        yield return Step.Producer("b");
        var next = new Dictionary<string, long>();
        for (var i = 0; i < 18; i++)
        {
            var who = dice.Of("a", "a", "b");
            var partition = dice.Of(0, 0, 0, 1);
            var epoch = dice.Of(0, 0, 0, 0, 0, 0, 1, 2, 32767);
            var key = $"{who}{partition}";
            var count = dice.Of(1, 1, 2, 3, 5);
            var sequence = next.TryGetValue(key, out var expected) && dice.Percent(60)
                ? expected
                : dice.Of(0, 0, int.MaxValue, int.MaxValue - 1, int.MaxValue - 3, -1, -2, int.MinValue, expected - 1, expected - count, expected + 1, 1);
            sequence = (int)Math.Clamp(sequence, int.MinValue, int.MaxValue);
            next[key] = (sequence + count) % (1L << 31);
            var batch = new Dictionary<string, object>
            {
                ["producerId"] = dice.Percent(92) ? $"${{{who}Id}}" : dice.Of(-1, -2, 0, 123456),
                ["producerEpoch"] = epoch switch { 0 => dice.Percent(92) ? $"${{{who}Epoch}}" : dice.Of(-1, -2), 32767 => 32767, _ => $"${{{who}Epoch+{epoch}}}" },
                ["baseSequence"] = sequence,
                ["records"] = dice.Some([count], () => RecordScenarios.Record(dice)),
                ["codec"] = dice.Of("none", "none", "gzip"),
            };
            if (dice.Percent(8))
                batch["transactional"] = true;
            yield return Step.Produce(batch, partition: partition, version: Version(dice), acks: dice.Of(-1, 1));
            if (dice.Percent(8))
                yield return Step.Send("DeleteRecords", new { topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = 0, offset = -1 } } } }, timeoutMs = 5000 });
            if (dice.Percent(15))
                yield return Step.Send("DescribeProducers", new { topics = new[] { new { name = "${t}", partitionIndexes = new[] { partition } } } });
        }

        foreach (var step in WhatLies(dice, "t", 2))
            yield return step;
    }

    private static Dictionary<string, string> Settings(Dice dice)
    {
        var settings = new Dictionary<string, string>();
        if (dice.Percent(30))
            settings["message.timestamp.type"] = dice.Of("LogAppendTime", "LogAppendTime", "CreateTime");
        if (dice.Percent(40))
            settings["compression.type"] = dice.Of("gzip", "zstd", "lz4", "snappy", "uncompressed", "producer");
        if (dice.Percent(20))
            settings["message.timestamp.after.max.ms"] = dice.Of("0", "1000", "9223372036854775807");
        if (dice.Percent(20))
            settings["message.timestamp.before.max.ms"] = dice.Of("0", "1000", "3600000", "9223372036854775807");
        if (dice.Percent(10))
            settings["max.message.bytes"] = dice.Of("100", "200", "0");
        if (dice.Percent(25))
            settings["cleanup.policy"] = dice.Of("compact", "compact,delete", "delete");
        return settings;
    }

    private static string Version(Dice dice) => dice.Of("latest", "latest", "latest", "3", "5", "6", "7", "8", "9", "10", "12");

    private static Dictionary<string, object> Records(Dice dice)
    {
        var records = new Dictionary<string, object> { ["batches"] = dice.Some([1, 1, 1, 1, 2], () => dice.Percent(60) ? new Dictionary<string, object> { ["records"] = new[] { RecordScenarios.Record(dice) } } : Odd(dice)) };
        if (dice.Percent(8))
            records["append"] = new { hex = dice.Of("00", "0000000000000000", "000000000000000000000031ffffffff0200", "ffffffffffffffffffffffffffffffffffff") };
        if (dice.Percent(8))
            records["truncate"] = dice.Of(1, 5, 20);
        return records;
    }

    private static Dictionary<string, object> Odd(Dice dice)
    {
        var codec = dice.Of(s_codecs);
        var records = dice.Some([1, 1, 2, 3, 0], () => OddRecord(dice, codec != "none"));
        var batch = new Dictionary<string, object> { ["records"] = records, ["codec"] = codec };
        for (var times = dice.Of(0, 1, 1, 1, 2); times > 0; times--)
            Spoil(batch, records.Count, dice);
        return batch;
    }

    private static void Spoil(Dictionary<string, object> batch, int count, Dice dice)
    {
        switch (dice.Below(14))
        {
            case 0:
                Set(batch, "lastOffsetDelta", dice.Of(0, count, count - 2, -1, int.MaxValue, int.MinValue));
                break;
            case 1:
                Set(batch, "recordCount", dice.Of(0, count + 1, count - 1, -1, int.MaxValue, int.MinValue));
                break;
            case 2:
                Set(batch, "lastOffsetDelta", count);
                Set(batch, "recordCount", count + 1);
                break;
            case 3:
                Set(batch, "baseTimestamp", dice.Of<object>(-1, 0, 1, -2, long.MaxValue, long.MinValue, "${now+7200000}", "${now-7200000}"));
                break;
            case 4:
                Set(batch, "maxTimestamp", dice.Of<object>(-1, 0, 1, -2, long.MaxValue, long.MinValue, "${now+7200000}", "${now-5}"));
                break;
            case 5:
                Set(batch, "attributes", dice.Of(5, 6, 7, 8, 9, 16, 32, 48, 64, 128, 256, 1024, 32767, -32768, 0x48, 0x28));
                break;
            case 6:
                Set(batch, "magic", dice.Of(0, 1, 2, 3, 127, -1, -128));
                break;
            case 7:
                Set(batch, "batchLength", dice.Of(0, 13, 14, 48, 49, 50, -1, int.MaxValue, int.MinValue, 60, 200));
                break;
            case 8:
                batch["crc"] = "bad";
                break;
            case 9:
                batch["baseOffset"] = dice.Of(1, 5, -1, long.MaxValue, long.MinValue);
                break;
            case 10:
                batch["partitionLeaderEpoch"] = dice.Of(0, 1, 99, -2, int.MaxValue, int.MinValue);
                break;
            case 11:
                batch[dice.Of("transactional", "control", "deleteHorizon", "deleteHorizon")] = true;
                break;
            case 12:
                batch["timestampType"] = "append";
                break;
            default:
                batch["producerId"] = dice.Of<object>("${aId}", "${aId}", -1, -2, 0, 77, long.MaxValue, long.MinValue);
                batch["producerEpoch"] = dice.Of<object>("${aEpoch}", "${aEpoch}", -1, -2, 0, 32767, -32768);
                batch["baseSequence"] = dice.Of(0, 0, -1, -2, 1, int.MaxValue, int.MinValue);
                break;
        }
    }

    private static void Set(Dictionary<string, object> batch, string field, object value)
    {
        if (!batch.TryGetValue("set", out var set))
            batch["set"] = set = new Dictionary<string, object>();
        ((Dictionary<string, object>)set)[field] = value;
    }

    // FlowLog refuses offset deltas of its own accord where nothing is compressed, see known-differences.txt, and looks at lengths where Kafka does not, in what is compressed.
    private static Dictionary<string, object?> OddRecord(Dice dice, bool isCompressed)
    {
        var record = (Dictionary<string, object?>)RecordScenarios.Record(dice);
        if (dice.Percent(12))
            record["ts"] = dice.Of<object>("${now+3540000}", "${now+7200000}", "${now-7200000}", -1, 0, 1, -2, long.MaxValue, long.MinValue);
        if (dice.Percent(12))
        {
            record["set"] = new Dictionary<string, object>
            {
                [isCompressed ? dice.Of("attributes", "timestampDelta", "offsetDelta") : dice.Of("attributes", "timestampDelta", "length", "keyLength", "valueLength", "headerCount")] =
                    dice.Of<object>(0, 1, -1, -2, 3, 100, int.MaxValue, int.MinValue, 127),
            };
        }

        if (dice.Percent(6))
            record["headers"] = new[] { new[] { dice.Of<string?>(null, "", "h"), dice.Of<string?>(null, "v") }, ["h", null] };
        return record;
    }

    private static IEnumerable<object> WhatLies(Dice dice, string topic, int partitions, bool hasOwnTimes = true)
    {
        for (var partition = 0; partition < partitions; partition++)
        {
            yield return Step.Read(topic, partition, dice.Below(2));
            // Batches that were appended within a millisecond have one time, and within another they have two: where the broker's clock counts the last of all is a matter of luck.
            foreach (var time in hasOwnTimes ? [-1, -3, "${now}"] : new object[] { -1 })
            {
                yield return Step.Send("ListOffsets", new
                {
                    replicaId = -1,
                    isolationLevel = 0,
                    timeoutMs = 1000,
                    topics = new[] { new { name = Step.Name(topic), partitions = new[] { new { partitionIndex = partition, currentLeaderEpoch = -1, timestamp = time } } } },
                });
            }

            yield return Step.Send("DescribeProducers", new { topics = new[] { new { name = Step.Name(topic), partitionIndexes = new[] { partition } } } });
        }
    }
}
