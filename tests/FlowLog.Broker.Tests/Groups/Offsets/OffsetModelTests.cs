using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Offsets;

/// <summary>
/// Committed offsets against a table: plain and transactional commits, markers, deletions of offsets, groups and topics, retention and coordinators that die, in
/// any order. What a fetch says is what the table says, at every step.
/// </summary>
public sealed class OffsetModelTests
{
    [Fact]
    public void Offsets_are_a_table_that_transactions_change_when_they_end() => Properties.OverCommands(500, commands =>
    {
        var world = new World();
        foreach (var (kind, who, how) in commands)
            world.Do(kind, who, how);
    });

    /// <summary>An offset as the model knows it; later ones overtake earlier ones.</summary>
    private sealed record Entry(long Offset, long Order, long At);

    private sealed class World
    {
        private const int RetentionMs = 7 * 24 * 60 * 60 * 1000;
        private const int CheckMs = 600_000;

        private static readonly string[] Groups = ["g", "h"];
        private static readonly string[] Topics = ["t", "u"];

        private readonly GroupBench _bench = new();
        private readonly Dictionary<(string Group, string Topic), Entry> _table = [];
        private readonly Dictionary<(long Producer, string Group, string Topic), Entry> _pending = [];
        private readonly HashSet<long> _open = [];
        private (string Id, int Generation)? _member;
        private long _next;
        private long _now;
        private long _emptySince;
        private long _heldUntil;

        public void Do(byte kind, byte who, byte how)
        {
            var (group, topic) = (Groups[who % 2], Topics[(who / 2) % 2]);
            switch (kind % 12)
            {
                case 0 or 1:
                    Commit(group, topic, isRight: how % 4 != 0);
                    break;
                case 2 or 3 or 4:
                    CommitInTransaction(100 + (how % 2), group, topic);
                    break;
                case 5 or 6:
                    End(100 + (how % 2), committed: how % 3 != 0);
                    break;
                case 7 when how % 2 == 0:
                    Delete(group, topic);
                    break;
                case 8 when how % 3 == 0:
                    DeleteTopic(topic);
                    break;
                case 8 when how % 3 == 1:
                    DeleteGroup(group);
                    break;
                case 9:
                    Advance(how % 3 == 0 ? RetentionMs : how * 5_000);
                    break;
                case 10 when how % 2 == 0:
                    JoinOrLeave();
                    break;
                case 11 when how % 2 == 0:
                    Reload();
                    break;
            }

            Check();
        }

        // Group g has, at times, a member that reads topic t; its commits must be of its generation.
        private void Commit(string group, string topic, bool isRight)
        {
            var (member, generation) = group == "g" && _member is { } known ? known : ("", -1);
            var claimed = isRight ? generation : generation + 7;
            var error = _bench.Commit(++_next, member, claimed, topic: topic, group: group);
            if (!isRight)
            {
                Assert.NotEqual(ErrorCode.None, error);
                return;
            }

            Assert.Equal(ErrorCode.None, error);
            _table[(group, topic)] = new Entry(_next, _next, _now);
        }

        private void CommitInTransaction(long producer, string group, string topic)
        {
            var id = new ProducerIdAndEpoch(producer, 0);
            var request = new OffsetCommitRequest
            {
                GroupId = group,
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0, CommittedOffset = ++_next }] }],
            };
            var guard = _open.Contains(producer) ? null : _bench.Log.BeginVerification(id, isNewProtocol: false);
            var answer = GroupBench.Ask<OffsetCommitResponse>(reply => _bench.Coordinator.Commit(request, 3, new TransactionalCommit(id, guard), reply)).Now;
            Assert.Equal(ErrorCode.None, answer.Topics[0].Partitions[0].ErrorCode);
            _open.Add(producer);
            _pending[(producer, group, topic)] = new Entry(_next, _next, _now);
        }

        private void End(long producer, bool committed)
        {
            if (!_open.Remove(producer))
                return;

            var ended = ErrorCode.UnknownServerError;
            _bench.Coordinator.Write(new TopicPartition("__consumer_offsets", 0), new TransactionEnd(new ProducerIdAndEpoch(producer, 0), committed, 0), error => ended = error);
            Assert.Equal(ErrorCode.None, ended);
            foreach (var (key, entry) in _pending.Where(pending => pending.Key.Producer == producer).ToList())
            {
                _pending.Remove(key);
                _heldUntil = _now;
                if (committed && !(_table.TryGetValue((key.Group, key.Topic), out var present) && present.Order > entry.Order))
                    _table[(key.Group, key.Topic)] = entry;
            }
        }

        private void Delete(string group, string topic)
        {
            var request = new OffsetDeleteRequest
            {
                GroupId = group,
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0 }] }],
            };
            var answer = GroupBench.Ask<OffsetDeleteResponse>(reply => _bench.Coordinator.DeleteOffsets(request, reply)).Now;
            if (answer.ErrorCode != ErrorCode.None)
            {
                Assert.Equal(ErrorCode.GroupIdNotFound, answer.ErrorCode);
                Assert.DoesNotContain(_table.Keys, key => key.Group == group);
                return;
            }

            var isRead = group == "g" && topic == "t" && _member is not null;
            Assert.Equal(isRead ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None, answer.Topics[0].Partitions[0].ErrorCode);
            if (isRead)
                return;

            _table.Remove((group, topic));
            Forget(pending => pending.Group == group && pending.Topic == topic);
        }

        private void DeleteTopic(string topic)
        {
            _bench.Coordinator.TopicsDeleted(new HashSet<string>([topic]));
            foreach (var group in Groups)
                _table.Remove((group, topic));

            Forget(pending => pending.Topic == topic);
        }

        private void DeleteGroup(string group)
        {
            var error = _bench.Delete(group);
            if (error == ErrorCode.NonEmptyGroup)
            {
                Assert.True(group == "g" && _member is not null, "a group without members was not deleted");
                return;
            }

            Assert.False(group == "g" && _member is not null, "a group with a member was deleted");
            foreach (var topic in Topics)
                _table.Remove((group, topic));

            Forget(pending => pending.Group == group);
            _emptySince = group == "g" ? long.MaxValue : _emptySince;
        }

        private void JoinOrLeave()
        {
            if (_member is { } member)
            {
                _bench.Leave((member.Id, null));
                (_member, _emptySince, _heldUntil) = (null, _now, _now);
                return;
            }

            var joined = _bench.StableMember(session: 1_800_000);
            (_member, _heldUntil) = ((joined.MemberId, joined.GenerationId), _now);
        }

        private void Advance(long milliseconds)
        {
            var end = _now + milliseconds;
            while (_now < end)
            {
                var step = Math.Min(CheckMs, end - _now);
                _bench.Advance((int)step);
                _now += step;
                if (_member is { } member)
                    Assert.Equal(ErrorCode.None, _bench.Heartbeat(member.Id, member.Generation));
            }
        }

        private void Reload()
        {
            var before = GroupDump.Of(_bench);
            _bench.Fail();
            Assert.Equal(before, GroupDump.Of(_bench));

            // The next coordinator looks for old offsets a whole interval after it has begun.
            _heldUntil = _now;
        }

        private void Forget(Func<(long Producer, string Group, string Topic), bool> which)
        {
            foreach (var key in _pending.Keys.Where(which).ToList())
                _pending.Remove(key);
        }

        private void Check()
        {
            foreach (var group in Groups)
            {
                foreach (var topic in Topics)
                    Check(group, topic);
            }
        }

        private void Check(string group, string topic)
        {
            var fetched = _bench.Fetch(topic, group);
            var isPending = _pending.Keys.Any(key => key.Group == group && key.Topic == topic);
            if (fetched < 0 && _table.TryGetValue((group, topic), out var entry))
            {
                // Gone by age: nobody may read it, nothing may be about to change it, and its time must be over.
                Assert.False(isPending, $"the offset of {group} in {topic} is gone although a transaction holds it");
                Assert.False(group == "g" && topic == "t" && _member is not null, "the offset of a topic that is being read is gone");
                Assert.True(_now - SinceWhen(group, entry) >= RetentionMs, $"the offset of {group} in {topic} is gone after {_now - SinceWhen(group, entry)} ms");
                _table.Remove((group, topic));
            }

            Assert.Equal(_table.GetValueOrDefault((group, topic))?.Offset ?? -1, fetched);
            Assert.Equal(isPending ? ErrorCode.UnstableOffsetCommit : ErrorCode.None, _bench.FetchPartition(topic, group, stable: true).ErrorCode);
            if (_table.TryGetValue((group, topic), out var kept) && !isPending && !(group == "g" && topic == "t" && _member is not null))
                Assert.True(_now < Math.Max(SinceWhen(group, kept) + RetentionMs, _heldUntil) + (2 * CheckMs), $"the offset of {group} in {topic} is there after {_now - SinceWhen(group, kept)} ms");
        }

        // An offset of a group that had members counts from when the last one left.
        private long SinceWhen(string group, Entry entry) => group == "g" && _member is null && _emptySince != long.MaxValue ? Math.Max(entry.At, _emptySince) : entry.At;
    }
}
