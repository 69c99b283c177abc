using System.Collections.Immutable;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Consumers;

/// <summary>
/// Clients join, beat, leave, fall silent and lose answers in any order, while topics come and go, time passes and coordinators die. No partition ever
/// has two owners; and once everybody just beats, every partition has one, evenly.
/// </summary>
public sealed class ConsumerGroupModelTests
{
    [Fact]
    public void No_partition_ever_has_two_owners_and_in_the_end_each_has_one() => Properties.OverCommands(500, Run);

    /// <summary>
    /// The answer that tells m2 to give two partitions up is lost. It hears of it later, stays silent, and is out when its rebalance timeout has passed since
    /// that first answer, long before its session is over.
    /// </summary>
    [Fact]
    public void Who_hears_late_what_to_give_up_has_no_longer_for_it() => Run(
    [
        (0, 10, 0), (167, 0, 20), (0, 0, 0), (0, 62, 0), (176, 0, 233), (0, 62, 1), (239, 0, 230), (95, 0, 171), (0, 0, 0), (194, 0, 64), (230, 0, 54),
        (203, 0, 148),
    ]);

    /// <summary>m0 confirms that it gave partitions up late, and is told in the same heartbeat to give up others: it has its full time for those.</summary>
    [Fact]
    public void Who_is_to_give_up_more_when_it_has_confirmed_has_its_time_for_that() => Run(
    [
        (0, 0, 0), (0, 1, 1), (95, 0, 20), (0, 0, 1), (41, 0, 67), (212, 0, 119), (212, 0, 212), (69, 0, 1), (203, 0, 91), (185, 0, 173), (0, 0, 1), (212, 0, 73),
        (23, 0, 165), (0, 6, 167),
    ]);

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
        private static readonly string[] Topics = ["t", "u", "v"];

        private readonly ConsumerBench _bench = new();
        private readonly Client[] _clients = [.. Enumerable.Range(0, 4).Select(number => new Client(number))];
        private long _now;

        public World() => _bench.Topic("t", 4);

        public void Do(byte kind, byte who, byte how)
        {
            var client = _clients[who % _clients.Length];
            switch (kind % 9)
            {
                case 0 or 1 when client.Epoch == 0:
                    Join(client, how);
                    break;
                case 0 or 1 or 2 or 3:
                    Beat(client, isLost: how % 5 == 0);
                    break;
                case 4 when how % 3 == 0 && client.Epoch != 0:
                    _bench.Beat(client.Id, -1);
                    client.Forget();
                    break;
                case 5:
                    Advance(how * 50);
                    break;
                case 6:
                    _bench.Topic(Topics[how % 3], 1 + (how % 6) + (_bench.Node.Image.Topics.Find(Topics[how % 3])?.Partitions.Length ?? 0));
                    break;
                case 7 when how % 4 == 0:
                    _bench.Delete(Topics[(how / 4) % 3]);
                    break;
                case 8 when how % 3 == 0:
                    _bench.Node.Fail();
                    break;
            }

            Check();
        }

        /// <summary>Nothing happens any more but heartbeats.</summary>
        public void Settle()
        {
            _bench.Topic("t", 8);
            for (var round = 0; round < 12; round++)
            {
                foreach (var client in _clients)
                {
                    if (client.Epoch == 0)
                        Join(client, 1);
                    else
                        Beat(client, isLost: false, topics: "t");

                    Check();
                }

                Advance(1_500);
            }

            Assert.Equal("Stable", _bench.Describe().GroupState);
            Assert.Equal(8, _clients.Sum(client => client.Owned.Count));
            Assert.All(_clients, client => Assert.Equal(2, client.Owned.Count));
        }

        private void Join(Client client, byte how)
        {
            (client.Topics, client.Pattern) = (how % 2 == 0 ? "t,u" : "t", how % 7 == 0 ? "[uv]" : "");
            Take(client, _bench.Beat(client.Id, 0, client.Topics, pattern: client.Pattern).Now);
        }

        private void Beat(Client client, bool isLost, string? topics = null)
        {
            if (client.Epoch == 0)
                return;

            // What it was told to give up is given up before it says what it has.
            client.Owned = client.Owned.Intersect(client.Target);
            if (topics is not null)
                (client.Topics, client.Pattern) = (topics, "");

            // Whoever missed an answer says everything, and is told everything.
            var full = client.MissedAnswer || topics is not null;
            var answer = _bench.Beat(client.Id, client.Epoch, full ? client.Topics : null, client.Owned, pattern: full ? client.Pattern : null, full: full).Now;
            client.UnansweredSince ??= _now;
            client.MissedAnswer = isLost;
            if (!isLost)
                Take(client, answer);
        }

        private void Take(Client client, FlowLog.Protocol.Messages.ConsumerGroupHeartbeatResponse answer)
        {
            if (answer.ErrorCode != ErrorCode.None)
            {
                Assert.Contains(answer.ErrorCode, (ErrorCode[])[ErrorCode.FencedMemberEpoch, ErrorCode.UnknownMemberId, ErrorCode.GroupIdNotFound]);
                client.Forget();
                return;
            }

            // What it is told now it may have been told with the first answer that it missed.
            var toldAt = client.UnansweredSince ?? _now;
            client.UnansweredSince = null;
            client.Epoch = answer.MemberEpoch;
            client.HeardAt = _now;
            if (ConsumerBench.Assigned(answer) is not { } assigned)
                return;

            // New ones are taken at once; old ones stay until the next beat.
            client.Target = [.. assigned];
            client.Owned = client.Owned.Union(assigned);
            client.ToldAt = toldAt;
        }

        private void Advance(int milliseconds)
        {
            _now += milliseconds;

            // A client knows its session, and how long it may take to give partitions up: it stops by itself before the coordinator gives them away.
            foreach (var client in _clients.Where(client => client.HeardAt + SessionMs <= _now || (client.IsToGiveUp && client.ToldAt + RebalanceMs <= _now)))
                client.Forget();

            _bench.Node.Advance(milliseconds);
        }

        private void Check()
        {
            var all = _clients.SelectMany(client => client.Owned).ToList();
            Assert.Equal(all.Count, all.Distinct().Count());
        }
    }

    private sealed class Client(int number)
    {
        public string Id { get; } = $"m{number}";

        public int Epoch { get; set; }

        public string Topics { get; set; } = "";

        public string Pattern { get; set; } = "";

        public bool MissedAnswer { get; set; }

        public long HeardAt { get; set; }

        /// <summary>When the first heartbeat was sent of those whose answers are missing; null if none is.</summary>
        public long? UnansweredSince { get; set; }

        /// <summary>The earliest time at which the coordinator may have told it to have <see cref="Target"/>.</summary>
        public long ToldAt { get; set; }

        public bool IsToGiveUp => !Owned.IsSubsetOf(Target);

        public ImmutableSortedSet<TopicIdPartition> Target { get; set; } = TopicIdPartition.None;

        public ImmutableSortedSet<TopicIdPartition> Owned { get; set; } = TopicIdPartition.None;

        public void Forget() => (Epoch, Target, Owned, MissedAnswer, UnansweredSince) = (0, TopicIdPartition.None, TopicIdPartition.None, false, null);
    }
}
