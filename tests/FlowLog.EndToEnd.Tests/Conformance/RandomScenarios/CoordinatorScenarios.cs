namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Offsets of groups, transactions of both protocols.</summary>
internal static class CoordinatorScenarios
{
    public static IEnumerable<object> Offsets(Dice dice)
    {
        yield return Step.Topic("t", 3);
        yield return Step.Topic("u");
        yield return Step.Coordinator("${p}-g", 0);
        yield return Step.Coordinator("${p}-h", 0);
        for (var i = 0; i < 18; i++)
        {
            var group = dice.Of("${p}-g", "${p}-g", "${p}-h");
            yield return dice.Below(10) switch
            {
                < 4 => Step.Send("OffsetCommit", Commit(dice, group), dice.Of("latest", "2", "5", "6", "7", "8", "9")),
                < 7 => Step.Send("OffsetFetch", new { groups = Asked(dice, group), requireStable = dice.Percent(50) }, dice.Of("latest", "8", "9")),
                7 => Step.Send("OffsetFetch", new { groupId = group, topics = new[] { new { name = dice.Of("${t}", "${p}-no"), partitionIndexes = dice.Of<int[]>([0], [0, 1], [9]) } } }, dice.Of("1", "2", "5", "6", "7")),
                8 => Step.Send("OffsetDelete", new { groupId = group, topics = new[] { new { name = dice.Of("${t}", "${u}", "${p}-no"), partitions = new[] { new { partitionIndex = dice.Of(0, 1, 9) } } } } }),
                _ => dice.Percent(70) ? Step.Send("DescribeGroups", new { groups = new[] { group } }, dice.Of("latest", "5", "0")) : Step.Send("DeleteGroups", new { groupsNames = new[] { group, "${p}-no" } }),
            };
        }
    }

    public static IEnumerable<object> Transactions(Dice dice)
    {
        var bumps = dice.Percent(50);
        yield return Step.Topic("t", 2);
        yield return Step.Producer("w0", "${p}-x");
        yield return Step.Coordinator("${p}-g", 0);
        var life = 0;
        int[] next = [0, 0];
        for (var i = 0; i < 16; i++)
        {
            var (id, current) = ($"${{w{life}Id}}", $"${{w{life}Epoch}}");
            object epoch = dice.Percent(90) ? current : dice.Of(0, 5, -1, 32767);
            var kind = dice.Below(10);
            switch (kind)
            {
                case < 3:
                    var partition = dice.Below(2);
                    var sequence = dice.Percent(85) ? next[partition]++ : dice.Of(0, 5);
                    var batch = new { producerId = id, producerEpoch = epoch, baseSequence = sequence, records = new[] { RecordScenarios.Record(dice) }, transactional = dice.Percent(95) };
                    yield return Step.Retry("Produce", Step.ProduceBody(batch, "t", partition, -1, "${p}-x"), bumps ? "12" : "11");
                    break;
                case < 5 when !bumps:
                    yield return Step.Retry(
                        "AddPartitionsToTxn",
                        new
                        {
                            v3AndBelowTransactionalId = "${p}-x",
                            v3AndBelowProducerId = id,
                            v3AndBelowProducerEpoch = epoch,
                            v3AndBelowTopics = new[] { new { name = dice.Of("${t}", "${t}", "${t}", "${p}-no"), partitions = dice.Of<int[]>([0], [1], [0, 1], [9]) } },
                        },
                        dice.Of("3", "3", "1", "0"));
                    break;
                case < 6:
                    if (!bumps)
                        yield return Step.Retry("AddOffsetsToTxn", new { transactionalId = "${p}-x", producerId = id, producerEpoch = epoch, groupId = dice.Of("${p}-g", "${p}-g", "") }, dice.Of("latest", "3", "0"));
                    yield return Step.Retry("TxnOffsetCommit", CommitInside(dice, id, epoch), bumps ? "5" : dice.Of("3", "4", "0"));
                    break;
                case < 8:
                    yield return Step.Retry("EndTxn", new { transactionalId = "${p}-x", producerId = id, producerEpoch = epoch, committed = dice.Percent(60) }, bumps ? "5" : dice.Of("4", "3", "0"));
                    yield return Step.Sleep(500);
                    if (bumps || dice.Percent(40))
                    {
                        life++;
                        next = [0, 0];
                        yield return Step.Retry(
                            "InitProducerId",
                            new { transactionalId = "${p}-x", transactionTimeoutMs = 60_000, producerId = -1, producerEpoch = -1 },
                            bumps ? dice.Of("latest", "4") : dice.Of("3", "4"),
                            new Dictionary<string, string> { [$"w{life}Id"] = "producerId", [$"w{life}Epoch"] = "producerEpoch" });
                    }

                    break;
                case 8:
                    yield return Step.Send("DescribeTransactions", new { transactionalIds = new[] { "${p}-x" } });
                    break;
                default:
                    yield return Step.Send("DescribeProducers", new { topics = new[] { new { name = "${t}", partitionIndexes = new[] { 0, 1 } } } });
                    break;
            }
        }

        yield return Step.Sleep(600);
        yield return Step.Read(isolation: 1);
        yield return Step.Read(isolation: 0);
        yield return Step.Read(partition: 1, isolation: 1);
        yield return Step.Send("DescribeTransactions", new { transactionalIds = new[] { "${p}-x" } });
    }

    private static object Commit(Dice dice, string group) => new
    {
        groupId = group,
        generationIdOrMemberEpoch = dice.Of(-1, -1, -1, 0, 1),
        memberId = dice.Of("", "", "", "m"),
        groupInstanceId = dice.Of(null, null, "i"),
        topics = dice.Of<string[]>(["t"], ["t", "u"]).Select(topic => new
        {
            name = dice.Of(Step.Name(topic), Step.Name(topic), "${p}-no"),
            topicId = Step.Id(topic),
            partitions = dice.Some([1, 2], () => new
            {
                partitionIndex = dice.Of(0, 1, 2, 9, -1),
                committedOffset = dice.Of(0, 3, 5, -1, long.MaxValue),
                committedLeaderEpoch = dice.Of(-1, 0, 3),
                committedMetadata = dice.Of(null, "", "m", new string('e', 4096)),
            }),
        }),
    };

    private static object Asked(Dice dice, string group) => dice.Of<string[]>([group], ["${p}-g", "${p}-h"], [group, "${p}-no"], [""]).Select(id => new
    {
        groupId = id,
        memberId = dice.Of(null, null, "m"),
        memberEpoch = dice.Of(-1, -1, 0, 2),
        topics = dice.Percent(30) ? null : dice.Of<string[]>(["t"], ["u", "t"]).Select(topic => new { name = Step.Name(topic), topicId = Step.Id(topic), partitionIndexes = dice.Of<int[]>([0], [0, 1], [9], [], [0, 0]) }),
    });

    private static object CommitInside(Dice dice, string id, object epoch) => new
    {
        transactionalId = "${p}-x",
        groupId = "${p}-g",
        producerId = id,
        producerEpoch = epoch,
        generationId = -1,
        memberId = "",
        topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = dice.Of(0, 1, 9), committedOffset = dice.Of(1, 2, 3), committedLeaderEpoch = -1, committedMetadata = dice.Of(null, "m") } } } },
    };
}
