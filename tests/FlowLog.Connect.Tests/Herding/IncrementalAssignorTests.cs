using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Tests.Herding;

public class IncrementalAssignorTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(5);

    [Fact]
    public void New_work_goes_to_those_with_least()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(connectors: 1, tasks: 3);
        cluster.Settle();
        Assert.Equal(1, cluster.Running["a"].Connectors.Count + cluster.Running["b"].Connectors.Count);
        Assert.Equal([1, 2], cluster.Running.Values.Select(work => work.Tasks.Count).Order());
    }

    [Fact]
    public void What_runs_stays_where_it_is_when_more_comes()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(2, 4);
        cluster.Settle();
        var before = cluster.Running["a"];
        cluster.Configure(3, 6);
        cluster.Settle();
        Assert.Equal(before, cluster.Running["a"].Intersect(before));
    }

    [Fact]
    public void A_new_worker_gets_its_share_in_two_rounds()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(2, 6);
        cluster.Settle();
        cluster.Join("c");
        var round = cluster.Round();
        Assert.Equal(2, round.Revoked.Values.Sum(work => work.Tasks.Count));
        cluster.Settle();
        Assert.All(cluster.Running.Values, work => Assert.Equal(2, work.Tasks.Count));
    }

    [Fact]
    public void The_work_of_a_worker_that_left_waits_for_it_and_then_goes_to_others()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(2, 4);
        cluster.Settle();
        cluster.Leave("b");
        Assert.Equal(Delay, cluster.Round().Delay);
        Assert.Equal(2, cluster.Running["a"].Tasks.Count);

        cluster.Now += (long)Delay.TotalMilliseconds / 2;
        Assert.Equal(Delay / 2, cluster.Round().Delay);

        cluster.Now += (long)Delay.TotalMilliseconds;
        Assert.Equal(TimeSpan.Zero, cluster.Round().Delay);
        Assert.Equal(4, cluster.Running["a"].Tasks.Count);
    }

    [Fact]
    public void A_worker_that_comes_back_gets_what_waited()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(2, 4);
        cluster.Settle();
        cluster.Leave("b");
        cluster.Round();
        cluster.Join("b2");
        cluster.Round();
        cluster.Now += (long)Delay.TotalMilliseconds;
        cluster.Settle();
        Assert.Equal(2, cluster.Running["a"].Tasks.Count);
        Assert.Equal(2, cluster.Running["b2"].Tasks.Count);
    }

    [Fact]
    public void Without_a_delay_lost_work_goes_out_at_once()
    {
        var cluster = new Cluster(TimeSpan.Zero, "a", "b");
        cluster.Configure(2, 4);
        cluster.Settle();
        cluster.Leave("b");
        cluster.Round();
        Assert.Equal(4, cluster.Running["a"].Tasks.Count);
    }

    [Fact]
    public void What_nobody_wants_any_longer_and_what_two_run_is_taken_away()
    {
        var cluster = new Cluster(Delay, "a", "b");
        cluster.Configure(1, 2);
        cluster.Settle();
        var twice = cluster.Running["a"].Tasks.First();
        cluster.Running["b"] = cluster.Running["b"] with { Tasks = cluster.Running["b"].Tasks.Add(twice) };
        var round = cluster.Round();
        Assert.Contains(twice, round.Revoked["a"].Tasks);
        Assert.Contains(twice, round.Revoked["b"].Tasks);

        cluster.Configure(0, 0);
        cluster.Settle();
        Assert.All(cluster.Running.Values, work => Assert.True(work.IsEmpty));
    }

    [Fact]
    public void Whatever_comes_and_goes_everything_ends_up_running_once_and_evenly()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var cluster = new Cluster(Delay, "w0");
            for (var step = 0; step < 12; step++)
            {
                switch (random.Next(3))
                {
                    case 0:
                        cluster.Join($"w{step + 1}");
                        break;
                    case 1 when cluster.Running.Count > 1:
                        cluster.Leave(cluster.Running.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(cluster.Running.Count)));
                        break;
                    default:
                        cluster.Configure(random.Next(6), random.Next(20));
                        break;
                }

                cluster.Round();
                cluster.Now += random.Next(400_000);
            }

            cluster.Settle();
            Assert.Equal(cluster.Configured.Tasks.Count, cluster.Running.Values.Sum(work => work.Tasks.Count));
            Assert.Equal(cluster.Configured.Connectors.Count, cluster.Running.Values.Sum(work => work.Connectors.Count));
            Assert.InRange(cluster.Running.Values.Max(work => work.Tasks.Count) - cluster.Running.Values.Min(work => work.Tasks.Count), 0, 1);
        }
    }

    /// <summary>Workers that do as they are told, and a leader that never changes.</summary>
    private sealed class Cluster
    {
        private readonly IncrementalAssignor _assignor;
        private int _generation;

        public Cluster(TimeSpan delay, params string[] members)
        {
            _assignor = new IncrementalAssignor(delay);
            foreach (var member in members)
                Join(member);
        }

        public Dictionary<string, Workload> Running { get; } = new(StringComparer.Ordinal);

        public Workload Configured { get; private set; } = Workload.Nothing;

        public long Now { get; set; }

        public void Configure(int connectors, int tasks) => Configured = Workload.Of(
            Enumerable.Range(0, connectors).Select(i => $"c{i}"), Enumerable.Range(0, tasks).Select(i => new ConnectorTaskId("c0", i)));

        public void Join(string member) => Running[member] = Workload.Nothing;

        public void Leave(string member) => Running.Remove(member);

        public AssignmentRound Round()
        {
            var round = _assignor.Assign(Running, Configured, _generation, _generation + 1, Now);
            _generation++;
            foreach (var member in Running.Keys.ToList())
                Running[member] = Running[member].Except(round.Revoked[member]).Union(round.Assigned[member]);
            return round;
        }

        // Rounds go on as members ask for them: after a revocation at once, after a delay when it is over.
        public void Settle()
        {
            for (var i = 0; i < 50; i++)
            {
                var round = Round();
                if (round.Delay > TimeSpan.Zero)
                    Now += (long)round.Delay.TotalMilliseconds;
                else if (round.Revoked.Values.All(work => work.IsEmpty) && round.Assigned.Values.All(work => work.IsEmpty))
                    return;
            }

            Assert.Fail("The rounds do not come to an end.");
        }
    }
}
