using System.Collections.Immutable;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Consumers.Assignors;

namespace FlowLog.Broker.Tests.Groups.Consumers.Assignors;

public sealed class UniformAssignorTests
{
    private static readonly Guid T = new(1, 0, 0, new byte[8]);
    private static readonly Guid U = new(2, 0, 0, new byte[8]);
    private static readonly Guid V = new(3, 0, 0, new byte[8]);

    [Fact]
    public void The_last_members_get_one_more_if_nobody_has_anything() =>
        Assert.Equal("a: t0; b: t1 t2", Assign(true, 3, 0, Member("a", "t"), Member("b", "t")));

    [Theory]
    [InlineData("471bc217-5882-e441-c28c-cac8d6ce2d14 bb0359bf-2d35-cb58-1698-1a439ca01ce0 72d75834-6d74-8c52-b29d-468ec0a8d72f 7d28d914-f1e9-dbca-763a-f69bd3890947 38206854-7661-7cce-eba0-4082bb458762")]
    [InlineData("254957f7-9812-0633-9f04-ccbea6a3f0ed 1042f3f1-55be-6063-4e30-a16038ac4764 dd2338d6-2054-427d-f891-67f8a7dc493b f25a9c5c-e651-40e7-7170-96b5d4052a70 fcb0c127-eeb9-80ef-804c-8299b5c5795c 5320a70d-83e9-737f-8934-37f4788dca9b e7e88ed1-b7d4-75c6-6670-56f468bb2974 1c452c27-4ed6-19a1-00c0-2d6976ca380a bad46258-5430-2858-71d2-31ee0544637d c36a7d98-90bc-5c72-e317-8639386d11b0 dd3e642c-02ee-5e4f-c794-961da0f77df8 690854f0-dc77-9425-14b6-08c8f3c71568 0d20f146-c330-217c-b857-000a2944101a")]
    [InlineData("bada4145-0f50-dcb8-466a-eef9382fdaaa ea835124-abcd-c1fd-d27a-a75b5bb9b5a5 0508d87f-52cf-19b1-2341-6cc6ceb6f74d 71013da9-d500-a5f7-4d9c-af0a83861d2f 0a423558-ee97-332b-6872-f0810d634da1 bdd96363-8677-5c55-c099-de13dd4577fa 60a1ba6b-5ea0-e47a-a317-5c0ececbf55d da0584d7-6fc8-0857-3683-d84502b942d9 c4f1d356-b9d2-55e9-011d-3f4ffec1bc21 b2013aef-ad71-007e-e428-9d81e8c82066 7b21ee41-0907-58c6-f013-7edc9e8caf3f 53cef53b-2bea-4396-71f3-e56dd67d89e8")]
    public void Members_come_in_the_order_of_Kafkas_tables(string expected)
    {
        var members = expected.Split(' ').Order(StringComparer.Ordinal).Select(id => Member(id, "t")).ToList();
        Assert.Equal(expected, string.Join(' ', MemberOrder.Of(members).Select(member => member.Id)));
    }

    [Fact]
    public void Who_has_one_more_keeps_it() =>
        Assert.Equal("a: t0 t1; b: t2", Assign(true, 3, 0, Member("a", "t", "t0 t1 t2"), Member("b", "t")));

    [Fact]
    public void What_nobody_has_goes_before_what_is_taken_away() =>
        Assert.Equal("a: t0 t1; b: t4; c: t2 t3", Assign(true, 5, 0, Member("a", "t", "t0 t1 t2 t3"), Member("b", "t"), Member("c", "t")));

    [Fact]
    public void With_other_subscriptions_partitions_go_in_turn_to_who_has_least() =>
        Assert.Equal("a: t0 t2; b: t1 u0", Assign(false, 3, 1, Member("a", "t"), Member("b", "tu")));

    [Fact]
    public void With_other_subscriptions_the_last_partitions_of_who_has_most_move() =>
        Assert.Equal("a: t0 t1; b: t2 u0", Assign(false, 3, 1, Member("a", "t", "t0 t1 t2"), Member("b", "tu")));

    [Fact]
    public void With_other_subscriptions_nothing_moves_that_need_not() =>
        Assert.Equal("a: t1 t2; b: t0", Assign(false, 3, 0, Member("a", "t", "t1 t2"), Member("b", "tu", "t0")));

    [Fact]
    public void Any_subscriptions_end_with_nobody_able_to_give_to_another() => Properties.OverCommands(1_000, commands =>
    {
        var members = commands.Take(12).Select((command, i) => Member($"m{i:d2}", string.Concat("tuv".Where((_, topic) => (command.Kind >> topic & 1) != 0)))).ToList();
        var (t, u) = (commands.Sum(command => command.Who) % 20, commands.Sum(command => command.How) % 20);
        if (members.Count == 0)
            return;

        var question = Question(false, t, u, 5, members);
        var target = new UniformAssignor().Assign(question);
        var all = target.Values.SelectMany(partitions => partitions).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Equal(question.PartitionCounts.Values.Sum(), all.Count);
        foreach (var member in members)
            Assert.All(target[member.Id], partition => Assert.Contains(partition.TopicId, member.Topics));

        foreach (var (poor, rich) in members.SelectMany(_ => members, (poor, rich) => (poor, rich)))
        {
            if (target[rich.Id].Count > target[poor.Id].Count + 1)
                Assert.DoesNotContain(target[rich.Id], partition => poor.Topics.Contains(partition.TopicId));
        }

        var again = Question(false, t, u, 5, [.. members.Select(member => member with { Present = target[member.Id] })]);
        Assert.All(new UniformAssignor().Assign(again), share => Assert.Equal(target[share.Key], share.Value));
    });

    private static AssignedMember Member(string id, string topics, string has = "") => new(
        id,
        null,
        [.. topics.Select(IdOf)],
        [.. has.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(partition => new TopicIdPartition(IdOf(partition[0]), partition[1] - '0'))]);

    private static string Assign(bool isHomogeneous, int t, int u, params AssignedMember[] members) => string.Join("; ", new UniformAssignor()
        .Assign(Question(isHomogeneous, t, u, 0, members))
        .Select(share => $"{share.Key}: {string.Join(' ', share.Value.Select(partition => $"{(partition.TopicId == T ? 't' : 'u')}{partition.Partition}"))}"));

    private static AssignmentQuestion Question(bool isHomogeneous, int t, int u, int v, IReadOnlyList<AssignedMember> members)
    {
        var read = members.SelectMany(member => member.Topics).ToImmutableHashSet();
        var counts = new Dictionary<Guid, int> { [T] = t, [U] = u, [V] = v };
        return new AssignmentQuestion(members, counts.Where(topic => read.Contains(topic.Key)).ToDictionary(), isHomogeneous);
    }

    private static Guid IdOf(char topic) => topic switch { 't' => T, 'u' => U, _ => V };
}
