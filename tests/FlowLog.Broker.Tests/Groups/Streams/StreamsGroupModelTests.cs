using System.Collections.Immutable;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Tests.Groups.Streams;

/// <summary>
/// Threads of three processes join, beat, leave, fall silent and lose answers in any order, while topics come, go and grow, copies of state are asked for
/// and no longer, time passes and coordinators die. No task is ever active in two places or twice in one process, a task is given up before somebody
/// else gets it, no epoch goes back, and what the next coordinator reads is what the last one knew; and once everybody just beats, every task is active
/// in one place and has its copies.
/// </summary>
public sealed class StreamsGroupModelTests
{
    [Fact]
    public void No_task_is_ever_in_two_places_and_in_the_end_each_is_in_one() => Properties.OverCommands(500, Run);

    // The answer to its last word on that was lost, and told nothing: all that it hears later tells nothing either, for it has what it shall have.
    [Fact]
    public void A_member_that_has_given_tasks_up_stays_when_the_answer_to_that_is_lost() => Run(
        [(155, 0, 10), (0, 119, 0), (0, 222, 1), (147, 0, 0), (0, 186, 0), (105, 0, 102), (225, 0, 79), (135, 0, 119)]);

    private static void Run(IReadOnlyList<(byte Kind, byte Who, byte How)> commands)
    {
        var world = new World();
        foreach (var (kind, who, how) in commands)
            world.Do(kind, who, how);

        world.Settle();
    }

    private sealed class World
    {
        private const int SessionMs = 45_000;
        private const int RebalanceMs = 45_000;
        private const int IntervalMs = 5_000;

        private readonly StreamsBench _bench = new(new StreamsSettings { InitialRebalanceDelayMs = 2_000 });
        private readonly Client[] _clients = [.. Enumerable.Range(0, 4).Select(number => new Client(number))];
        private int _standbyReplicas;
        private int _groupEpoch;
        private int _targetEpoch;
        private long _now;

        public World()
        {
            foreach (var topic in (string[])["t", "c", "r", "d"])
                _bench.Topic(topic, 3);
            _bench.Topic("u", 2);

            // Two are there already, with tasks to be taken from: what follows is short.
            Join(_clients[0], isLost: false);
            Join(_clients[2], isLost: false);
            Advance(2_500);
            Beat(_clients[0], isLost: false);
            Beat(_clients[2], isLost: false);
        }

        public void Do(byte kind, byte who, byte how)
        {
            var client = _clients[who % _clients.Length];
            switch (kind % 10)
            {
                case 0 or 1 when client.Epoch == 0:
                    Join(client, isLost: how % 7 == 0);
                    break;
                case 0 or 1 or 2 or 3:
                    Beat(client, isLost: how % 3 == 0);
                    break;
                case 4 when how % 3 == 0 && client.Epoch != 0:
                    _bench.Leave(client.Id);
                    client.Forget();
                    client.IsBack = false;
                    break;
                case 5:
                    Advance(how * 50);
                    break;
                case 6:
                    _bench.Topic("u", 1 + (how % 3) + (_bench.Node.Image.Topics.Find("u")?.Partitions.Length ?? 0));
                    break;
                case 7 when how % 4 == 0:
                    _bench.Delete("u");
                    break;
                case 7:
                    _bench.MakeMissing();
                    break;
                case 8 when how % 3 == 0:
                    Fail();
                    break;
                case 9 when how % 4 == 0:
                    Ask(standbyReplicas: how / 4 % 3);
                    break;
            }

            Check();
        }

        /// <summary>Nothing happens any more but heartbeats: first of those who are in the group, with the topics as they are, if none is missing; then of all.</summary>
        public void Settle()
        {
            if (_clients.Any(client => client.Epoch != 0) && _bench.Node.Image.Topics.Find("u") is not null)
            {
                BeatOn(client => client.Epoch != 0 || client.IsBack, rounds: 16);
                MustBeShared(_clients.Where(client => client.Epoch != 0).ToList());
            }

            _bench.Delete("u");
            _bench.Topic("u", 4);
            BeatOn(_ => true, rounds: 10);
            MustBeShared(_clients);
        }

        private void BeatOn(Func<Client, bool> who, int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var client in _clients.Where(who))
                {
                    if (client.Epoch == 0)
                        Join(client, isLost: false);
                    else
                        Beat(client, isLost: false);

                    CheckTasks();
                }

                CheckEpochs();
                _bench.MakeMissing();
                Advance(IntervalMs);
            }
        }

        private void MustBeShared(IReadOnlyList<Client> members)
        {
            const int Stateful = 3 + 3;
            Assert.Equal("Stable", _bench.Describe().GroupState);
            Assert.Equal(Stateful + _bench.Node.Image.Topics.Find("u")!.Partitions.Length, members.Sum(client => client.Active.Count));
            Assert.All(members, client => Assert.NotEmpty(client.Active));

            // One process has the task, the others can have copies.
            var copies = Math.Min(_standbyReplicas, members.Select(client => client.Process).Distinct(StringComparer.Ordinal).Count() - 1);
            Assert.Equal(Stateful * copies, members.Sum(client => client.Standby.Count));
        }

        private void Join(Client client, bool isLost)
        {
            var answer = _bench.Join(
                client.Id,
                [StreamsBench.Part("0", "t", changelogs: "c", sinks: "r"), StreamsBench.Part("1", "u"), StreamsBench.Part("2", "", repartition: "r", changelogs: "d")],
                client.Process);

            // Who gets no answer to its join knows nothing of it, and has nothing to lose.
            if (!isLost)
                Take(client, answer);
        }

        private void Beat(Client client, bool isLost)
        {
            if (client.Epoch == 0)
                return;

            // What it was told to give up is given up before it says what it has.
            (client.Active, client.Standby) = (client.Active.Intersect(client.Target.Active), client.Standby.Intersect(client.Target.Standby));
            var answer = _bench.Beat(client.Id, client.Epoch, new TaskSets(client.Active, client.Standby, []));
            if (isLost)
                (client.UnansweredSince, client.UnansweredAt) = (client.UnansweredSince ?? _now, _now);
            else
                Take(client, answer);
        }

        private void Take(Client client, StreamsGroupHeartbeatResponse answer)
        {
            if (answer.ErrorCode != ErrorCode.None)
            {
                // A topic that was made anew with fewer partitions has fewer tasks than a client may still have.
                Assert.Contains(
                    answer.ErrorCode, (ErrorCode[])[ErrorCode.FencedMemberEpoch, ErrorCode.UnknownMemberId, ErrorCode.GroupIdNotFound, ErrorCode.InvalidRequest]);
                client.Forget();
                return;
            }

            Assert.True(answer.MemberEpoch >= client.Epoch, "an epoch of a member went back");
            (client.Epoch, client.IsBack) = (answer.MemberEpoch, true);
            client.HeardAt = _now;
            if (answer.ActiveTasks is null)
            {
                // Who says something else than it was told is told again after two intervals: it has missed nothing.
                if (client.UnansweredAt + (2L * answer.HeartbeatIntervalMs) <= _now)
                    client.UnansweredSince = null;

                return;
            }

            // New ones are taken at once; old ones stay until the next beat. What it is told now it may have been told with the first answer that it missed.
            client.Target = new TaskSets(Of(answer.ActiveTasks), Of(answer.StandbyTasks!), []);
            client.Active = client.Active.Union(client.Target.Active);
            client.Standby = client.Standby.Union(client.Target.Standby);
            client.ToldAt = client.UnansweredSince ?? _now;
            client.UnansweredSince = null;
        }

        private void Advance(int milliseconds)
        {
            _now += milliseconds;

            // A client knows its session, and how long it may take to give tasks up: it stops by itself before the coordinator gives them away.
            foreach (var client in _clients.Where(client => client.HeardAt + SessionMs <= _now || (client.GivesUpFrom + RebalanceMs <= _now)))
                client.Forget();

            _bench.Node.Advance(milliseconds);
        }

        private void Fail()
        {
            var before = Describe();
            _bench.Node.Fail();
            Assert.Equal(before, Describe());
        }

        private void Ask(int standbyReplicas)
        {
            _standbyReplicas = standbyReplicas;
            var group = new ConfigResource(ConfigResourceType.Group, GroupBench.Group);
            _bench.Node.Image = _bench.Node.Image with
            {
                Configs = _bench.Node.Image.Configs.With(group, "streams.num.standby.replicas", $"{standbyReplicas}"),
            };
        }

        // What is written of a group. How many partitions its topics have got to is not.
        private byte[] Describe()
        {
            var described = _bench.Describe();
            described.Topology = null;
            return VersionedBytes.ToArray(new StreamsGroupDescribeResponse { Groups = [described] }, 0);
        }

        private void Check()
        {
            CheckTasks();
            CheckEpochs();
        }

        private void CheckTasks()
        {
            var active = _clients.SelectMany(client => client.Active).ToList();
            Assert.Equal(active.Count, active.Distinct().Count());
            foreach (var process in _clients.GroupBy(client => client.Process, StringComparer.Ordinal))
            {
                var all = process.SelectMany(client => client.Active.Concat(client.Standby)).ToList();
                Assert.Equal(all.Count, all.Distinct().Count());
            }
        }

        private void CheckEpochs()
        {
            // Whoever finds an empty group without offsets at the wrong time finds none.
            var group = _bench.Describe();
            if (group.ErrorCode == ErrorCode.None)
                Assert.True(group.GroupEpoch >= _groupEpoch && group.AssignmentEpoch >= _targetEpoch && group.AssignmentEpoch <= group.GroupEpoch, "an epoch of the group went back");

            (_groupEpoch, _targetEpoch) = group.ErrorCode == ErrorCode.None ? (group.GroupEpoch, group.AssignmentEpoch) : (0, 0);
        }

        private static ImmutableSortedSet<TaskId> Of(List<StreamsGroupHeartbeatResponse.TaskIds> lists) => [.. TaskId.Of(lists, list => list.SubtopologyId, list => list.Partitions)];
    }

    private sealed class Client(int number)
    {
        public string Id { get; } = $"m{number}";

        /// <summary>The first two are threads of one process.</summary>
        public string Process { get; } = $"p{Math.Max(number, 1)}";

        public int Epoch { get; set; }

        /// <summary>It has joined at some time, and would again.</summary>
        public bool IsBack { get; set; }

        public long HeardAt { get; set; }

        /// <summary>When the first heartbeat was sent whose answer is missing, and may have told what to have; null if none is.</summary>
        public long? UnansweredSince { get; set; }

        /// <summary>When the last one of those was sent.</summary>
        public long UnansweredAt { get; set; }

        /// <summary>The earliest time at which the coordinator may have told it to have <see cref="Target"/>.</summary>
        public long ToldAt { get; set; }

        /// <summary>Since when the coordinator may wait for it to give tasks up; never if it does not.</summary>
        public long GivesUpFrom => UnansweredSince ?? (Active.IsSubsetOf(Target.Active) && Standby.IsSubsetOf(Target.Standby) ? long.MaxValue / 2 : ToldAt);

        public TaskSets Target { get; set; } = TaskSets.None;

        public ImmutableSortedSet<TaskId> Active { get; set; } = [];

        public ImmutableSortedSet<TaskId> Standby { get; set; } = [];

        public void Forget() => (Epoch, Target, Active, Standby, UnansweredSince) = (0, TaskSets.None, [], [], null);
    }
}
