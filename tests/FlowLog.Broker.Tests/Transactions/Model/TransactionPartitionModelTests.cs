using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>
/// The promises of transactions over a coordinator and real logs: producers of both protocols, two of which share an id, write, repeat themselves, end, stall
/// and start over in any order; requests and markers of the newer protocol arrive a second time much later; zombies write; commits stall or are lost, markers are refused
/// or their answers lost, coordinators die, partitions are opened anew.
/// </summary>
public sealed class TransactionPartitionModelTests
{
    [Fact]
    public void Whatever_happens_transactions_keep_their_promises() => Properties.OverCommands(500, commands =>
    {
        var play = new Play();
        foreach (var (kind, who, how) in commands)
            play.Do(kind, who, how);

        play.Settle();
    });

    private sealed class Play
    {
        private const int Partitions = 2;
        private const int TimeoutMs = 20_000;

        private readonly TransactionWorld _world = new(Partitions);
        private readonly List<Attempt> _attempts = [];
        private readonly List<Action> _sent = [];
        private readonly Dictionary<string, ProducerIdAndEpoch> _latest = [];
        private readonly List<(ModelProducer Producer, ProducerIdAndEpoch Identity)> _zombies = [];
        private readonly ModelProducer[] _producers = [new("a", 0), new("a", 2), new("b", 2), new("c", 0)];
        private int _records;
        private int _asked;
        private int _lost;

        public void Do(byte kind, byte who, byte how)
        {
            var producer = _producers[who % _producers.Length];
            switch (kind % 16)
            {
                case 0:
                    Initialise(producer, goesOn: how % 2 == 0);
                    break;
                case 1 or 2 or 3 or 4 or 5:
                    for (var batches = how % 7; batches >= 0; batches--)
                        Produce(producer, how / 7 % Partitions);
                    break;
                case 6 or 7 or 8:
                    End(producer, how % 3 != 0);
                    break;
                case 9:
                    _world.Node.Advance(how * 100);
                    break;
                case 10:
                    Disturb(how);
                    break;
                case 11:
                    (_world.MarkerRefusal, _world.LosesMarkerAnswers) = (how % 3 == 1 ? ErrorCode.NotLeaderOrFollower : ErrorCode.None, how % 3 == 2);
                    if (who % 2 == 0)
                        _world.ReleaseVerdicts();
                    else
                        _world.HoldsVerdicts = true;
                    break;
                case 12:
                    ArriveAgain(who % 2 == 0 ? _sent : _world.SentMarkers, how);
                    break;
                case 13:
                    WriteAsZombie(how);
                    break;
                case 14:
                    _world.Partitions[how % Partitions].Restart(readsEverything: who % 2 == 0);
                    break;
                case 15:
                    Repeat(producer, how);
                    break;
            }

            foreach (var partition in _world.Partitions)
                partition.Check();
        }

        public void Settle()
        {
            (_world.MarkerRefusal, _world.LosesMarkerAnswers) = (ErrorCode.None, false);
            _world.Node.Resume();
            _world.ReleaseVerdicts();
            for (var i = 0; i < 10; i++)
                _world.Node.Advance(30_000);

            var committed = new HashSet<int>();
            foreach (var partition in _world.Partitions)
            {
                partition.Check();
                var scanned = partition.Scan();
                Assert.DoesNotContain(scanned, batch => batch.Committed is null);
                Assert.Equal(scanned.Count, scanned.Select(batch => batch.Batch.Number).Distinct().Count());
                committed.UnionWith(scanned.Where(batch => batch.Committed == true).Select(batch => batch.Batch.Number));
            }

            foreach (var attempt in _attempts)
                Check(attempt, committed);
        }

        // The network kept a copy.
        private static void ArriveAgain(List<Action> sent, byte how)
        {
            if (sent.Count > 0)
                sent[^(1 + (how % sent.Count))]();
        }

        private static void Check(Attempt attempt, HashSet<int> committed)
        {
            var seen = attempt.Written.Count(committed.Contains);
            if (attempt.Outcome is { } outcome)
                Assert.Equal(outcome ? attempt.Written.Count : 0, seen);
            else
                Assert.True(seen == 0 || (attempt.WantsCommit && seen == attempt.Written.Count), $"{seen} of {attempt.Written.Count} records are seen");
        }

        private void Initialise(ModelProducer producer, bool goesOn)
        {
            var expected = goesOn ? producer.Identity : null;
            Leave(producer);
            var turn = producer.Turn;
            _asked++;
            _world.Coordinator.Initialise(new ProducerClaim(producer.Id, TimeoutMs, expected), grant =>
            {
                if (grant.Error != ErrorCode.None)
                    return;

                var identity = new ProducerIdAndEpoch(grant.ProducerId, grant.Epoch);
                Assert.True(IsNewer(producer.Id, identity) || identity == _latest[producer.Id], $"{identity} is given out behind {_latest.GetValueOrDefault(producer.Id)}");
                Assert.True(expected is not null || IsNewer(producer.Id, identity), $"{identity} is given out again");
                _latest[producer.Id] = identity;
                if (turn == producer.Turn)
                    producer.Become(identity);
                else
                    _zombies.Add((producer, identity));
            });
        }

        private void Produce(ModelProducer producer, int partition)
        {
            if (producer.Identity is not { } identity || producer.IsEnding || producer.MustAbort)
                return;

            if (producer.Current is not { } attempt)
                _attempts.Add(attempt = producer.Current = new Attempt());

            // What was sent before must be answered: the model knows the order then.
            if (attempt.Pending > 0)
                return;

            var turn = producer.Turn;
            attempt.Pending++;
            _asked++;
            if (producer.Protocol >= Transaction.EpochBumpingProtocol)
                Write(ErrorCode.None);
            else
                _world.Coordinator.Add(new PartitionsClaim(producer.Id, identity, [_world.Partitions[partition].Name], 0), verdicts => Write(verdicts.Errors[0]));

            void Write(ErrorCode error)
            {
                var mayGoOn = turn == producer.Turn && producer.Current == attempt;
                if (error != ErrorCode.None || !mayGoOn)
                {
                    attempt.Pending--;
                    producer.MustAbort |= mayGoOn;
                    return;
                }

                var batch = new ModelBatch(partition, identity, producer.NextSequence(partition), ++_records);
                if (producer.Protocol >= Transaction.EpochBumpingProtocol)
                    _sent.Add(() => _world.Produce(producer.Id, batch, producer.Protocol, (_, _) => { }));

                _world.Produce(producer.Id, batch, producer.Protocol, (answer, offset) => Written(producer, turn, attempt, batch, answer, offset));
            }
        }

        private void Written(ModelProducer producer, int turn, Attempt attempt, ModelBatch batch, ErrorCode error, long offset)
        {
            attempt.Pending--;
            if (error == ErrorCode.None)
                attempt.Written.Add(batch.Number);
            if (turn != producer.Turn || producer.Current != attempt || producer.IsEnding)
                return;

            Assert.True(error is not (ErrorCode.OutOfOrderSequenceNumber or ErrorCode.DuplicateSequenceNumber), $"{batch} is refused for its sequence");
            producer.MustAbort |= error != ErrorCode.None;
            if (error != ErrorCode.None)
                return;

            producer.Count(batch.Partition);
            producer.Stored.Add((batch, offset));
        }

        private void End(ModelProducer producer, bool commits)
        {
            // As clients do, everything that was sent must be answered before a transaction is committed. Whoever has lost patience aborts.
            if (producer.Identity is not { } identity || producer.Current is not { } attempt || producer.IsEnding || (attempt.Pending > 0 && !_world.HoldsVerdicts))
                return;

            // Whoever does not know what became of a batch cannot go on with its sequence: without a new epoch from the end itself, clients ask for one.
            var isUnsure = attempt.Pending > 0 && producer.Protocol < Transaction.EpochBumpingProtocol;
            commits &= !producer.MustAbort && attempt.Pending == 0;
            producer.IsEnding = true;
            attempt.WantsCommit = commits;
            var (turn, asked, lost) = (producer.Turn, ++_asked, _lost);
            var claim = new EndClaim(producer.Id, identity, commits, producer.Protocol);
            if (producer.Protocol >= Transaction.EpochBumpingProtocol)
                _sent.Add(() => _world.Coordinator.End(claim, _ => { }));

            _world.Coordinator.End(claim, grant =>
            {
                if (grant.Error == ErrorCode.None)
                    attempt.Outcome = commits;

                // Its answer may have been lost: asked again at once, before anything else happens, it must say the same.
                if (grant.Error == ErrorCode.None && asked == _asked && lost == _lost)
                    _world.Coordinator.End(claim, again => Assert.True(again == grant || again.Error is not (ErrorCode.None or ErrorCode.InvalidTxnState or ErrorCode.ProducerFenced) || asked != _asked || lost != _lost, $"{again} after {grant}"));

                if (turn != producer.Turn)
                    return;

                if (grant.Error != ErrorCode.None || isUnsure)
                {
                    producer.StartOver();
                    return;
                }

                producer.Next();
                if (producer.Protocol >= Transaction.EpochBumpingProtocol)
                {
                    var next = new ProducerIdAndEpoch(grant.ProducerId, grant.Epoch);
                    if (IsNewer(producer.Id, next))
                        _latest[producer.Id] = next;
                    producer.Become(next);
                }
            });
        }

        // Of the last five batches in a partition each is known again; whatever does not follow is refused.
        private void Repeat(ModelProducer producer, byte how)
        {
            if (producer.Identity is not { } identity || producer.IsEnding || producer.Current is not { Pending: 0, Written.Count: > 0 } || producer.MustAbort || _latest[producer.Id] != identity)
                return;

            var partition = how % Partitions;
            var mine = producer.Stored.Where(stored => stored.Batch.Partition == partition && stored.Batch.Producer == identity).TakeLast(5).ToList();
            if (!_world.Partitions[partition].Log.HasOpenTransaction(identity.Id, identity.Epoch) || mine.Count == 0)
                return;

            foreach (var (batch, offset) in mine)
            {
                var outcome = _world.Partitions[partition].Append(batch.ToBytes(), null);
                Assert.Equal((ErrorCode.None, offset), (outcome.Error, outcome.FirstOffset));
            }

            var gap = new ModelBatch(partition, identity, producer.NextSequence(partition) + 1, -1);
            Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _world.Partitions[partition].Append(gap.ToBytes(), null).Error);
        }

        // Whoever was replaced may send what it wants: nothing of it is stored, and nothing is ended by it.
        private void WriteAsZombie(byte how)
        {
            if (_zombies.Count == 0)
                return;

            var (producer, identity) = _zombies[how % _zombies.Count];
            if (identity == _latest[producer.Id] || !IsOlder(producer.Id, identity))
                return;

            var batch = new ModelBatch(how % Partitions, identity, 0, -1);
            _world.Produce(producer.Id, batch, 2, (error, _) => Assert.NotEqual(ErrorCode.None, error));
            _world.Coordinator.End(new EndClaim(producer.Id, identity, true, 0), grant => Assert.NotEqual(ErrorCode.None, grant.Error));
        }

        private void Leave(ModelProducer producer)
        {
            if (producer.Identity is { } identity)
                _zombies.Add((producer, identity));
            producer.StartOver();
        }

        private bool IsNewer(string id, ProducerIdAndEpoch identity) =>
            !_latest.TryGetValue(id, out var latest) || identity.Id > latest.Id || (identity.Id == latest.Id && identity.Epoch > latest.Epoch);

        private bool IsOlder(string id, ProducerIdAndEpoch identity) => !IsNewer(id, identity);

        private void Disturb(byte how)
        {
            _lost++;
            _world.Node.Disturb(how);
        }
    }
}
