using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups.Migration;

/// <summary>
/// Clients of both protocols, static ones among them, come, go, crash and change their protocol in one group, which goes over from one to the other as it
/// must, while topics come and go, time passes and coordinators die.
/// </summary>
public sealed class MixedGroupModelTests
{
    [Fact]
    public void No_two_ever_own_a_partition_nobody_alive_is_put_out_and_in_the_end_everything_is_owned() => Properties.OverCommands(500, Run);

    // It was to give something up when its coordinator died, had heard what to keep, and was silent for less than its session.
    [Fact]
    public void A_classic_member_that_gives_partitions_up_keeps_its_session_when_the_coordinator_changes() => Run(
    [
        (0, 22, 0), (0, 0, 3), (235, 0, 50), (0, 5, 0), (9, 0, 30), (0, 61, 0), (0, 245, 0), (43, 0, 50), (0, 111, 0), (0, 109, 0), (178, 0, 0), (175, 0, 176),
        (0, 61, 0), (223, 0, 104), (223, 0, 220),
    ]);

    // Its leader had given the new assignment, but it had not asked for its part: it still read what it was to lose when the broker took over.
    [Fact]
    public void What_a_classic_member_has_not_heard_to_lose_is_given_to_nobody_when_the_protocol_changes() => Run(
        [(0, 107, 0), (0, 111, 0), (0, 0, 0), (0, 5, 15), (0, 0, 0), (5, 45, 0)]);

    private static void Run(IReadOnlyList<(byte Kind, byte Who, byte How)> commands)
    {
        var world = new World();
        foreach (var (kind, who, how) in commands)
            world.Do(kind, who, how);

        world.Settle();
    }

    private sealed class World
    {
        private const int MostPartitions = 9;
        private const int StepMs = 500;
        private static readonly string[] Topics = ["t", "u", "v"];

        private readonly ConsumerBench _bench = new();
        private readonly MixedClient[] _clients;
        private long _now;
        private long _offset;
        private long _acknowledged = -1;

        public World()
        {
            _bench.Topic("t", 4);
            _clients =
            [
                new(_bench, 0, null, isEager: true), new(_bench, 1, null, isEager: false), new(_bench, 2, "i", isEager: true), new(_bench, 3, "j", isEager: false),
            ];
        }

        public void Do(byte kind, byte who, byte how)
        {
            var client = _clients[who % _clients.Length];
            switch (kind % 12)
            {
                case 0 or 1 or 2 or 3 or 4 when !client.Runs:
                    (client.Topics, client.Pattern) = (how % 4 == 0 ? "t,u" : "t", how % 7 == 0 ? "[uv]" : "");
                    client.Start(isClassic: how % 2 == 0, _now);
                    break;
                case 0 or 1 or 2 or 3 or 4:
                    client.Move(_now, isLost: how % 9 == 0);
                    break;
                case 5 when how % 2 == 0 && client.Runs:
                    var wasClassic = client.IsClassic;
                    client.Leave();
                    client.Start(!wasClassic, _now);
                    break;
                case 5 when how % 5 == 0 && client.Runs:
                    client.Leave();
                    break;
                case 6 when how % 3 == 0:
                    client.Forget();
                    break;
                case 7 or 8:
                    Advance(how * 20);
                    break;
                case 9 when how % 2 == 0:
                    var partitions = _bench.Node.Image.Topics.Find(Topics[how % 3])?.Partitions.Length ?? 0;
                    _bench.Topic(Topics[how % 3], Math.Min(partitions + 1 + (how % 4), MostPartitions));
                    break;
                case 9 when how % 7 == 0:
                    _bench.Delete(Topics[how % 3]);
                    break;
                case 10 when how % 2 == 0:
                    Reload();
                    break;
                case 11:
                    Commit(client, isRight: how % 3 != 0);
                    break;
            }

            Check();
        }

        /// <summary>Nothing happens any more but what clients do by themselves.</summary>
        public void Settle()
        {
            _bench.Topic("t", 8);
            foreach (var client in _clients)
            {
                if (client.Runs)
                    client.Subscribe("t", _now);
            }

            for (var round = 0; round < 40; round++)
            {
                foreach (var client in _clients)
                {
                    if (client.Runs)
                        client.Move(_now, isLost: false);
                    else
                        Restart(client);

                    Check();
                }

                Advance(1_500);
            }

            var topic = _bench.Node.Image.Topics.Find("t")!.Id;
            var owned = _clients.SelectMany(client => client.Owned).Where(partition => partition.TopicId == topic).Select(partition => partition.Partition).Order();
            Assert.Equal(Enumerable.Range(0, _bench.Node.Image.Topics.Find("t")!.Partitions.Length), owned);
            Assert.Contains("Stable", Assert.Single(_bench.Node.List()), StringComparison.Ordinal);
        }

        private void Restart(MixedClient client)
        {
            (client.Topics, client.Pattern) = ("t", "");
            client.Start(client.IsClassic, _now);
        }

        private void Advance(int milliseconds)
        {
            for (var end = _now + milliseconds; _now < end;)
            {
                var step = (int)Math.Min(StepMs, end - _now);

                // A client knows its session: it stops by itself before the coordinator gives its partitions away.
                foreach (var client in _clients)
                {
                    client.Notice(_now + step);
                    client.Tell(_now);
                }

                _bench.Node.Advance(step);
                _now += step;
            }
        }

        // What the next coordinator reads is what this one held.
        private void Reload()
        {
            foreach (var client in _clients)
                client.Tell(_now);

            var before = GroupDump.Of(_bench.Node);
            var resumes = GroupDump.Groups(_bench.Node).All(group => group is ConsumerGroup or ClassicGroup { State: ClassicState.Stable });
            _bench.Node.Fail();
            if (resumes)
                Assert.Equal(before, GroupDump.Of(_bench.Node));

            Assert.Equal(_acknowledged, _bench.Node.Fetch());
        }

        private void Commit(MixedClient client, bool isRight)
        {
            if (!client.Runs || client.Id.Length == 0)
                return;

            var error = _bench.Node.Commit(_offset + 1, client.Id, client.Epoch + (isRight ? 0 : 1_000));
            if (error == ErrorCode.None)
            {
                Assert.True(isRight, "a commit of another generation was taken");
                _acknowledged = ++_offset;
            }

            Assert.Equal(_acknowledged, _bench.Node.Fetch());
        }

        private void Check()
        {
            // Members of the classic protocol have no words for partitions of topics that are gone; nobody can read those either.
            var all = _clients.SelectMany(client => client.Owned).Where(partition => _bench.Node.Image.Topics.Find(partition.TopicId) is not null).ToList();
            Assert.Equal(all.Count, all.Distinct().Count());
            foreach (var group in GroupDump.Groups(_bench.Node).OfType<ConsumerGroup>())
            {
                var held = group.Members.Values.SelectMany(member => member.Assigned.Union(member.Revoking)).ToList();
                Assert.Equal(held.Count, held.Distinct().Count());
                Assert.Equal(held.Count, group.Owners.Count);
                Assert.All(group.Members.Values, member => Assert.InRange(member.Epoch, ConsumerMember.LeavesForAWhile, group.Epoch));
                Assert.InRange(group.TargetEpoch, 0, group.Epoch);
            }
        }
    }
}
