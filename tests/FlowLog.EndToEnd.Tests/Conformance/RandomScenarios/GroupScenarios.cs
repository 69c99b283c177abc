namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>A classic group with one member, and everything that somebody else may ask of it.</summary>
internal static class GroupScenarios
{
    private const string Group = "${p}-g";

    public static IEnumerable<object> Classic(Dice dice)
    {
        var instance = dice.Of(null, null, "i");
        yield return Step.Topic("t", 2);
        yield return Step.Coordinator(Group, 0);
        if (instance is null)
            yield return Join("", null, new { m = "memberId" });
        yield return Join(instance is null ? "${m}" : "", instance, new { m = "memberId", g = "generationId" });
        yield return Step.Send("SyncGroup", new
        {
            groupId = Group,
            generationId = "${g}",
            memberId = "${m}",
            groupInstanceId = instance,
            protocolType = "consumer",
            protocolName = "range",
            assignments = new[] { new { memberId = "${m}", assignment = new { assignment = new { topics = new[] { new { topic = "${p}-t", partitions = new[] { 0, 1 } } } } } } },
        });
        for (var i = 0; i < 14; i++)
            yield return Asked(dice, instance);
        yield return Step.Send("LeaveGroup", new { groupId = Group, members = new[] { new { memberId = "${m}", groupInstanceId = instance } } });
        yield return Step.Send("DescribeGroups", new { groups = new[] { Group } });
    }

    private static object Join(string member, string? instance, object capture) => new
    {
        send = "JoinGroup",
        version = "latest",
        capture,
        body = new
        {
            groupId = Group,
            sessionTimeoutMs = 30_000,
            rebalanceTimeoutMs = 1_500,
            memberId = member,
            groupInstanceId = instance,
            protocolType = "consumer",
            protocols = new[] { new { name = "range", metadata = new { subscription = new { topics = new[] { "${p}-t" } } } } },
        },
    };

    private static object Asked(Dice dice, string? instance)
    {
        var memberId = dice.Of("${m}", "${m}", "${m}", "nobody", "");
        var generationId = dice.Of<object>("${g}", "${g}", "${g}", 0, -1, 99);
        var groupInstanceId = dice.Of(instance, instance, "zz");
        return dice.Below(9) switch
        {
            0 or 1 => Step.Send("Heartbeat", new { groupId = dice.Of(Group, Group, Group, "${p}-no", ""), generationId, memberId, groupInstanceId }, dice.Of("latest", "3", "0")),
            2 or 3 => Step.Send(
                "OffsetCommit",
                new
                {
                    groupId = Group,
                    generationIdOrMemberEpoch = generationId,
                    memberId,
                    groupInstanceId,
                    topics = new[] { new { name = "${t}", topicId = "${tId}", partitions = new[] { new { partitionIndex = 0, committedOffset = 3, committedLeaderEpoch = -1, committedMetadata = "" } } } },
                },
                dice.Of("latest", "9", "7", "2")),
            4 => Step.Send(
                "SyncGroup",
                new { groupId = Group, generationId, memberId, groupInstanceId, protocolType = dice.Of("consumer", "consumer", "x", null), protocolName = dice.Of("range", "range", "x", null), assignments = Array.Empty<object>() },
                dice.Of("latest", "4", "3")),
            5 => new
            {
                send = "DescribeGroups", version = dice.Of("latest", "5", "4", "1"), mask = new[] { "groups.members.clientHost" }, body = new { groups = new[] { Group, "${p}-no" }, includeAuthorizedOperations = dice.Percent(30) },
            },
            6 => new
            {
                send = "ListGroups",
                version = dice.Of("latest", "4", "3"),
                keep = new { groups = "groupId" },
                body = new { statesFilter = dice.Of<string[]>([], ["Stable"], ["empty"], ["Bogus"]), typesFilter = dice.Of<string[]>([], ["classic"], ["consumer"], ["bogus"]) },
            },
            7 => Step.Send("LeaveGroup", new { groupId = Group, members = dice.Some([1, 2], () => new { memberId = dice.Of("nobody", "${m}x", ""), groupInstanceId = dice.Of(null, "zz") }) }, dice.Of("latest", "4", "3")),
            _ => dice.Of(
                Step.Send("OffsetDelete", new { groupId = Group, topics = new[] { new { name = dice.Of("${t}", "${p}-no"), partitions = new[] { new { partitionIndex = 0 } } } } }),
                Step.Send("DeleteGroups", new { groupsNames = new[] { Group } }),
                Step.Send("ConsumerGroupDescribe", new { groupIds = new[] { Group } })),
        };
    }
}
