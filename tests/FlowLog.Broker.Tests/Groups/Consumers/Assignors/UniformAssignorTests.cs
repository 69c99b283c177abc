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
    public void Any_subscriptions_end_with_nobody_able_to_give_to_another() => Properties.OverCommands(500, commands =>
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
