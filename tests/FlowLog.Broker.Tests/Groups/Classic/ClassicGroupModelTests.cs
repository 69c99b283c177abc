using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Classic;

/// <summary>
/// A handful of clients do the protocol's moves in any order, some of them wrong, while time passes, commits stall and coordinators die.
/// What must hold all the same is checked at every answer.
/// </summary>
public sealed class ClassicGroupModelTests
{
    [Fact]
    public void Whatever_clients_do_a_group_keeps_its_promises() => Properties.OverCommands(500, commands =>
    {
        var world = new World();
        foreach (var (kind, who, how) in commands)
            world.Do(kind, who, how);

        world.Settle();
    });

    private sealed class World
    {
        private const int Partitions = 6;

        private readonly GroupBench _bench = new(new GroupSettings { InitialRebalanceDelayMs = 500 });
        private readonly Client[] _clients = [new(null), new(null), new(null), new("a"), new("b")];
        private readonly Dictionary<(int Life, int Generation, int Partition), string> _owners = [];
        private readonly HashSet<long> _possible = [-1];
        private long _acknowledged = -1;
        private long _nextOffset;
        private bool _crashing;
        private int _life;
        private int _generation;
        private int _durableGeneration;
        private int _unanswered;

        public void Do(byte kind, byte who, byte how)
        {
            var client = _clients[who % _clients.Length];
            switch (kind % 14)
            {
                case 0 or 1:
                    Join(client, how);
                    break;
                case 2 or 3:
                    Sync(client, how);
                    break;
                case 4:
                    Heartbeat(client);
                    break;
                case 5:
                    Leave(client);
                    break;
                case 6:
                    Commit(client, how);
                    break;
                case 7:
                    _bench.Advance(how * 40);
                    break;
                case 8 when how % 4 == 0:
                    Crash();
                    break;
                case 8:
                    client.Forget();
                    break;
                case 9:
                    Stall(how % 2 == 0);
                    break;
                default:
                    Proceed(client, how);
                    break;
            }
        }

        /// <summary>Everybody falls silent: the group must come to rest, and nobody may be left without an answer.</summary>
        public void Settle()
        {
            Stall(false);
            _bench.Advance(3_600_000);
            Assert.Equal(0, _unanswered);
            Assert.Contains(_bench.State(), (string[])["Empty", "Dead"]);
            Assert.Contains(_bench.Fetch(), _possible);
        }

        // What a client that keeps to the rules does next.
        private void Proceed(Client client, byte how)
        {
            if (client.MustJoin)
                Join(client, how);
            else if (client.MustSync)
                Sync(client, 1);
            else if (how % 3 == 0)
                Commit(client, how);
            else
                Heartbeat(client);
        }

        private void Join(Client client, byte how)
        {
            var topics = how % 8 == 0 ? "t,u" : "t";
            Expect(() => _bench.Join(client.Id, client.Instance, "range,sticky", topics, session: 6_000, rebalance: 4_000), life => answer =>
            {
                if (answer.ErrorCode is ErrorCode.MemberIdRequired or ErrorCode.None)
                    client.Id = answer.MemberId;
                else if (answer.ErrorCode is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId)
                    client.Forget();

                if (answer.ErrorCode == ErrorCode.None)
                    Joined(client, answer, life);
            });
        }

        private void Joined(Client client, JoinGroupResponse answer, int life)
        {
            if (life == _life)
            {
                Assert.True(answer.GenerationId >= _generation, $"generation {answer.GenerationId} after {_generation}");
                _generation = answer.GenerationId;
            }

            // Who leads is told who there is, and nobody else.
            Assert.True(answer.SkipAssignment || answer.Members.Count > 0 == (answer.Leader == answer.MemberId), "somebody who does not lead is told the members");
            (client.Generation, client.Life, client.MustJoin, client.MustSync) = (answer.GenerationId, life, false, true);
            client.Group = answer.SkipAssignment ? null : [.. answer.Members.Select(member => member.MemberId)];
        }

        private void Sync(Client client, byte how)
        {
            // Now and then somebody who does not lead brings an assignment in which everything is its own.
            var members = client.Group is { Length: > 0 } group ? group : how % 3 == 0 ? [client.Id] : [];
            var shares = Enumerable.Range(0, members.Length)
                .Select(at => (members[at], string.Concat(Enumerable.Range(0, Partitions).Where(p => p % members.Length == at))))
                .ToArray();
            var wrong = how % 5 == 0;
            var generation = client.Generation + (wrong ? 100 : 0);
            var id = client.Id;
            Expect(() => _bench.Sync(id, generation, client.Instance, shares), life => answer =>
            {
                client.MustSync = false;
                if (answer.ErrorCode != ErrorCode.None)
                {
                    client.MustJoin = true;
                    return;
                }

                Assert.False(wrong, "a sync of another generation was answered");
                _durableGeneration = Math.Max(_durableGeneration, generation);
                foreach (var partition in answer.Assignment.Span)
                    Own(client, (life, generation, partition - '0'), id);
            });
        }

        // A static member that came back owns under its new id what it owned under the old one.
        private void Own(Client client, (int, int, int) partition, string id)
        {
            var owner = client.Instance ?? id;
            Assert.True(_owners.TryAdd(partition, owner) || _owners[partition] == owner, $"{partition} is owned by {_owners[partition]} and {owner}");
        }

        private void Heartbeat(Client client)
        {
            var request = new HeartbeatRequest
            {
                GroupId = GroupBench.Group,
                MemberId = client.Id,
                GenerationId = client.Generation,
                GroupInstanceId = client.Instance,
            };
            Expect(() => GroupBench.Ask<HeartbeatResponse>(reply => _bench.Coordinator.Heartbeat(request, reply)), _ => answer =>
            {
                if (answer.ErrorCode is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId)
                    client.Forget();
                else
                    client.MustJoin |= answer.ErrorCode != ErrorCode.None;
            });
        }

        private void Leave(Client client)
        {
            var request = new LeaveGroupRequest
            {
                GroupId = GroupBench.Group,
                Members = [new LeaveGroupRequest.MemberIdentity { MemberId = client.Id, GroupInstanceId = client.Instance }],
            };
            Expect(() => GroupBench.Ask<LeaveGroupResponse>(reply => _bench.Coordinator.Leave(request, reply)), _ => _ => { });
            client.Forget();
        }

        private void Commit(Client client, byte how)
        {
            var offset = _nextOffset++;
            var wrong = how % 4 == 0;
            var generation = client.Generation + (wrong ? 100_000 : 0);
            var isMember = client.Id.Length > 0 && generation >= 0;
            _possible.Add(offset);
            Expect(() => _bench.CommitLater(offset, client.Id, isMember ? generation : 9, client.Instance), _ => answer =>
            {
                var error = answer.Topics[0].Partitions[0].ErrorCode;
                if (error == ErrorCode.None)
                {
                    Assert.False(wrong && isMember, "a commit of another generation was taken");
                    _acknowledged = Math.Max(_acknowledged, offset);
                    _possible.RemoveWhere(possible => possible < _acknowledged);
                }
                else if (error is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable))
                {
                    _possible.Remove(offset);
                }
            });
        }

        private void Crash()
        {
            // What was written is on disk, committed or not: one node does not take back what it wrote.
            _crashing = true;
            _bench.Fail();
            _crashing = false;
            _life++;
            _generation = _durableGeneration;
            Assert.Contains(_bench.Fetch(), _possible);
        }

        private void Stall(bool stalls)
        {
            _bench.Log.CommitsAtOnce = !stalls;
            if (!stalls)
                _bench.Log.Commit();
        }

        private void Expect<TResponse>(Func<Answer<TResponse>> ask, Func<int, Action<TResponse>> then)
            where TResponse : class
        {
            _unanswered++;
            var check = then(_life);
            ask().WhenCome(response =>
            {
                _unanswered--;
                Assert.True(_crashing || _bench.Log.HighWatermark == _bench.Log.EndOffset, "answered before the commit");
                check(response);
            });
        }
    }

    private sealed class Client(string? instance)
    {
        public string? Instance { get; } = instance;

        public string Id { get; set; } = "";

        public int Generation { get; set; } = -1;

        public int Life { get; set; }

        public string[]? Group { get; set; }

        public bool MustJoin { get; set; } = true;

        public bool MustSync { get; set; }

        public void Forget() => (Id, Generation, Group, MustJoin, MustSync) = ("", -1, null, true, false);
    }
}
