using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Tests.Transactions;

/// <summary>
/// Producers of both protocols, some sharing a transactional id, write, end, stall and start over in any order, while commits stall or are
/// lost, markers are refused and coordinators die. However it goes: what was said to be committed is seen in every partition, what was said to be
/// aborted in none, what nobody can know is all or nothing, and no transaction stays open.
/// </summary>
public sealed class TransactionModelTests
{
    [Fact]
    public void Whatever_happens_a_transaction_is_all_or_nothing() => Properties.OverCommands(600, commands =>
    {
        var world = new World();
        foreach (var (kind, who, how) in commands)
            world.Do(kind, who, how);

        world.Settle();
    });

    private sealed class World
    {
        private const int Partitions = 3;

        private readonly TransactionBench _bench = new(Partitions);
        private readonly List<Attempt> _attempts = [];
        private readonly Producer[] _producers = [new("a", 0), new("a", 2), new("b", 2), new("c", 0)];
        private int _records;

        public void Do(byte kind, byte who, byte how)
        {
            var producer = _producers[who % _producers.Length];
            switch (kind % 10)
            {
                case 0:
                    Initialise(producer);
                    break;
                case 1 or 2 or 3 or 4:
                    Produce(producer, how % Partitions);
                    break;
                case 5 or 6:
                    End(producer, how % 3 != 0);
                    break;
                case 7:
                    _bench.Node.Advance(how * 100);
                    break;
                case 8:
                    _bench.Node.Disturb(how);
                    break;
                case 9:
                    _bench.MarkerRefusal = how % 2 == 0 ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
                    break;
            }
        }

        public void Settle()
        {
            _bench.MarkerRefusal = ErrorCode.None;
            _bench.Node.Resume();
            for (var i = 0; i < 10; i++)
                _bench.Node.Advance(30_000);

            var partitions = Enumerable.Range(0, Partitions).Select(_bench.Read).ToList();
            Assert.DoesNotContain(partitions, partition => partition.IsOpen);
            var committed = partitions.SelectMany(partition => partition.Committed).ToHashSet();
            foreach (var attempt in _attempts)
                Check(attempt, committed);
        }

        private static void Check(Attempt attempt, HashSet<int> committed)
        {
            var seen = attempt.Written.Count(committed.Contains);
            if (attempt.Outcome is { } outcome)
                Assert.Equal(outcome ? attempt.Written.Count : 0, seen);
            else
                Assert.True(seen == 0 || (attempt.WantsCommit && seen == attempt.Written.Count), $"{seen} of {attempt.Written.Count} records are seen");
        }

        private void Initialise(Producer producer)
        {
            producer.Begin();
            var turn = producer.Turn;
            _bench.Initialise(
                grant =>
                {
                    if (turn == producer.Turn && grant.Error == ErrorCode.None)
                        producer.Identity = new ProducerIdAndEpoch(grant.ProducerId, grant.Epoch);
                },
                null,
                producer.Id,
                20_000);
        }

        private void Produce(Producer producer, int partition)
        {
            if (producer.Identity is not { } identity || producer.IsEnding)
                return;

            if (producer.Current is not { } attempt)
                _attempts.Add(attempt = producer.Current = new Attempt());

            if (producer.Protocol >= Transaction.EpochBumpingProtocol)
            {
                Write(ErrorCode.None);
                return;
            }

            _bench.Add(identity, [partition], 0, Write, producer.Id);

            void Write(ErrorCode error)
            {
                // A producer that has moved on meanwhile does not send what it had in mind.
                if (error != ErrorCode.None || producer.Current != attempt || producer.IsEnding)
                    return;

                var record = ++_records;
                attempt.Pending++;
                _bench.Produce(identity, partition, record, producer.Protocol, answer => Written(attempt, record, answer), producer.Id);
            }
        }

        private static void Written(Attempt attempt, int record, ErrorCode error)
        {
            attempt.Pending--;
            if (error == ErrorCode.None)
                attempt.Written.Add(record);
        }

        private void End(Producer producer, bool commits)
        {
            // As clients do, everything that was sent must be answered before a transaction is ended.
            if (producer.Identity is not { } identity || producer.Current is not { Pending: 0 } attempt || producer.IsEnding)
                return;

            producer.IsEnding = true;
            attempt.WantsCommit = commits;
            var turn = producer.Turn;
            _bench.End(
                identity,
                commits,
                producer.Protocol,
                grant =>
                {
                    if (grant.Error == ErrorCode.None)
                        attempt.Outcome = commits;

                    if (turn != producer.Turn)
                        return;

                    producer.Begin();
                    if (grant.Error == ErrorCode.None)
                        producer.Identity = producer.Protocol >= Transaction.EpochBumpingProtocol ? new ProducerIdAndEpoch(grant.ProducerId, grant.Epoch) : identity;
                },
                producer.Id);
        }
    }

    /// <summary>One transaction as its producer knows it.</summary>
    private sealed class Attempt
    {
        public List<int> Written { get; } = [];

        public int Pending { get; set; }

        public bool WantsCommit { get; set; }

        public bool? Outcome { get; set; }
    }

    private sealed class Producer(string id, short protocol)
    {
        public string Id { get; } = id;

        public short Protocol { get; } = protocol;

        public ProducerIdAndEpoch? Identity { get; set; }

        public Attempt? Current { get; set; }

        public bool IsEnding { get; set; }

        public int Turn { get; private set; }

        /// <summary>Whatever was before is over for this producer.</summary>
        public void Begin()
        {
            Turn++;
            (Identity, Current, IsEnding) = (null, null, false);
        }
    }
}
