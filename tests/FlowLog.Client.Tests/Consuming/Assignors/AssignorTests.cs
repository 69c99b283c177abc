using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Assignors;
using FlowLog.Protocol.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Client.Tests.Consuming.Assignors;

public sealed class AssignorTests
{
    private static readonly Arbitrary<Case> Cases = (
        from partitions in Gen.Choose(0, 9).ArrayOf(3)
        from members in Gen.Choose(1, 7)
        from subscriptions in Gen.Choose(1, 7).ArrayOf(7)
        from isSame in Gen.Elements(true, false)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(partitions, [.. subscriptions.Take(members).Select(set => isSame ? subscriptions[0] : set)], isSame, seed)).ToArbitrary();

    public static TheoryData<string> Names => ["range", "roundrobin", "sticky", "cooperative-sticky"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_partition_that_somebody_wants_goes_to_exactly_one_who_wants_it(string name) => Check(subject =>
    {
        var assigned = Assign(subject, name);

        var handed = assigned.SelectMany(member => member.Value).ToList();
        Assert.Equal(subject.Wanted.Order(), handed.Order());
        Assert.All(assigned, member => Assert.All(member.Value, partition => Assert.Contains(partition.Topic, subject.TopicsOf(member.Key))));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_in_which_members_are_known_does_not_matter(string name) => Check(subject =>
    {
        var forward = Assign(subject, name);
        var backward = Assign(subject, name, reversed: true);

        Assert.Equal(Text(forward), Text(backward));
    });

    [Theory]
    [InlineData("roundrobin")]
    [InlineData("sticky")]
    [InlineData("cooperative-sticky")]
    public void With_equal_subscriptions_nobody_has_two_more_than_another(string name) => Check(subject =>
    {
        if (subject.IsSame)
            Assert.InRange(Spread(Assign(subject, name)), 0, 1);
    });

    [Fact]
    public void Ranges_keep_equal_partitions_of_equal_topics_together() => Check(subject =>
    {
        var assigned = Assign(subject, "range");
        if (subject.IsSame && subject.Partitions[0] == subject.Partitions[1] && subject.TopicsOf("m0") is ["t0", "t1", ..])
            foreach (var member in assigned.Values)
                Assert.Equal(Indexes(member, "t0"), Indexes(member, "t1"));
    });

    [Fact]
    public void A_balance_that_stands_is_not_disturbed() => Check(subject =>
    {
        var first = Assign(subject, "cooperative-sticky");
        var second = Assign(subject, "cooperative-sticky", held: first, generation: 1);

        Assert.Equal(Text(first), Text(second));
    });

    [Fact]
    public void When_a_member_goes_the_others_keep_what_they_have() => Check(subject =>
    {
        if (!subject.IsSame || subject.Members < 2)
            return;

        var before = Assign(subject, "cooperative-sticky");
        var left = subject with { Subscriptions = subject.Subscriptions[..^1] };
        var after = Assign(left, "cooperative-sticky", held: before, generation: 1);

        Assert.All(after, member => Assert.Subset(member.Value.ToHashSet(), before[member.Key].ToHashSet()));
        Assert.InRange(Spread(after), 0, 1);
    });

    [Fact]
    public void When_a_member_comes_only_its_share_moves_in_two_rounds() => Check(subject =>
    {
        if (!subject.IsSame)
            return;

        var before = Assign(subject, "cooperative-sticky");
        var more = subject with { Subscriptions = [.. subject.Subscriptions, subject.Subscriptions[0]] };
        var first = Assign(more, "cooperative-sticky", held: before, generation: 1);

        // Nobody has anything in the first round that another still held.
        var holders = before.SelectMany(member => member.Value.Select(partition => (partition, member.Key))).ToDictionary();
        Assert.All(first, member => Assert.All(member.Value, partition => Assert.True(!holders.TryGetValue(partition, out var holder) || holder == member.Key)));

        var second = Assign(more, "cooperative-sticky", held: first, generation: 2);
        Assert.Equal(subject.Wanted.Order(), second.SelectMany(member => member.Value).Order());
        Assert.InRange(Spread(second), 0, 1);
        var moved = subject.Wanted.Count(partition => !second[holders[partition]].Contains(partition));
        Assert.Equal(second[$"m{subject.Members}"].Count, moved);
    });

    [Fact]
    public void Of_two_who_claim_the_same_the_newer_one_is_believed()
    {
        var subject = new Case([4, 0, 0], [1, 1], true, 0);
        var all = subject.Wanted.ToList();
        Dictionary<string, MemberSubscription> members = new(StringComparer.Ordinal)
        {
            ["m0"] = new() { Topics = ["t0"], OwnedPartitions = all[..2], Generation = 7 },
            ["m1"] = new() { Topics = ["t0"], OwnedPartitions = all, Generation = 6 },
        };

        var assigned = Run(new StickyCompute(), new GroupSubscription(subject.Cluster, members));

        Assert.Equal(all[..2], assigned["m0"]);
        Assert.Equal(all[2..], assigned["m1"]);
    }

    private static void Check(Action<Case> property) =>
        Prop.ForAll(Cases, property).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20261121, 1).WithQuietOnSuccess(true));

    private static Dictionary<string, List<TopicPartition>> Assign(
        Case subject, string name, Dictionary<string, List<TopicPartition>>? held = null, int? generation = null, bool reversed = false)
    {
        var members = Enumerable.Range(0, subject.Members).Select(index => $"m{index}").Select(member => KeyValuePair.Create(member, new MemberSubscription
        {
            Topics = subject.TopicsOf(member),
            OwnedPartitions = held?.GetValueOrDefault(member) ?? [],
            Generation = generation,
        }));
        var group = new GroupSubscription(subject.Cluster, (reversed ? members.Reverse() : members).ToDictionary(StringComparer.Ordinal));
        return Run(Named(name), group);
    }

    private static Dictionary<string, List<TopicPartition>> Run(IPartitionAssignor assignor, GroupSubscription group)
    {
        var assigning = assignor.AssignAsync(group, TestContext.Current.CancellationToken).AsTask();
        Assert.True(assigning.IsCompletedSuccessfully);
        return assigning.GetAwaiter().GetResult().ToDictionary(member => member.Key, member => member.Value.Partitions.ToList(), StringComparer.Ordinal);
    }

    private static IPartitionAssignor Named(string name) => name switch
    {
        "range" => new RangeAssignor(),
        "roundrobin" => new RoundRobinAssignor(),
        "sticky" => new StickyAssignor(),
        _ => new CooperativeStickyAssignor(),
    };

    private static int Spread(Dictionary<string, List<TopicPartition>> assigned) => assigned.Values.Max(member => member.Count) - assigned.Values.Min(member => member.Count);

    private static IEnumerable<int> Indexes(List<TopicPartition> partitions, string topic) =>
        partitions.Where(partition => partition.Topic == topic).Select(partition => partition.Partition).Order();

    private static string Text(Dictionary<string, List<TopicPartition>> assigned) =>
        string.Join("; ", assigned.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}: {string.Join(",", member.Value.Order())}"));

    /// <summary>The plan behind both sticky assignors, without the second round of the cooperative one.</summary>
    private sealed class StickyCompute : IPartitionAssignor
    {
        public string Name => "plan";

        public ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation)
        {
            var holdings = group.Members.ToDictionary(member => member.Key, member => new Holding(member.Value.Generation ?? -1, member.Value.OwnedPartitions), StringComparer.Ordinal);
            return new(StickyPlan.Compute(group, holdings).ToDictionary(member => member.Key, member => new MemberAssignment(member.Value), StringComparer.Ordinal));
        }
    }

    /// <summary>Topics t0 to t2 with so many partitions, and members m0... whose subscriptions are sets of topics as bits.</summary>
    private sealed record Case(int[] Partitions, int[] Subscriptions, bool IsSame, int Seed)
    {
        public int Members => Subscriptions.Length;

        public ClusterMetadata Cluster => new("c", 1, [], Partitions.Select((count, topic) => new TopicMetadata(
            $"t{topic}", Guid.Empty, false, [.. Enumerable.Range(0, count).Select(index => new PartitionMetadata(index, 1, 0, [1], [1], []))])));

        public List<TopicPartition> Wanted =>
        [
            .. Partitions.SelectMany((count, topic) => Enumerable.Range(0, count).Select(index => new TopicPartition($"t{topic}", index)))
                .Where(partition => Subscriptions.Any(set => Has(set, partition.Topic))),
        ];

        public List<string> TopicsOf(string member) => [.. Enumerable.Range(0, 3).Select(topic => $"t{topic}").Where(topic => Has(Subscriptions[int.Parse(member[1..], null)], topic))];

        private static bool Has(int set, string topic) => (set >> (topic[1] - '0') & 1) != 0;
    }
}
