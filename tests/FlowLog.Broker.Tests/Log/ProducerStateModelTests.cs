using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>
/// The producers of a partition against a list of what they wrote: repeats of the last five batches get their offsets, gaps and old epochs are refused,
/// transactions hold the last stable offset, and a snapshot at any point changes no answer.
/// </summary>
public sealed class ProducerStateModelTests
{
    [Fact]
    public void Answers_depend_on_what_was_written_and_on_nothing_else() => Properties.OverCommands(500, commands =>
    {
        var run = new Run();
        foreach (var (kind, who, how) in commands)
        {
            run.Do(kind, who % 3, how);
            run.CheckAll();
        }
    });

    private sealed record Batch(int FirstSequence, int Count, long FirstOffset)
    {
        public int LastSequence => RecordBatch.AdvanceSequence(FirstSequence, Count - 1);

        public long LastOffset => FirstOffset + Count - 1;
    }

    private sealed class Producer
    {
        public short Epoch { get; set; } = -1;

        public List<Batch> Batches { get; } = [];

        public long OpenSince { get; set; } = -1;

        public long LastTime { get; set; }

        public int Next => Batches.Count == 0 ? 0 : RecordBatch.AdvanceSequence(Batches[^1].LastSequence, 1);
    }

    private sealed class Run
    {
        private readonly SimulatedDisk _disk = new(1);
        private readonly Dictionary<long, Producer> _producers = [];
        private readonly List<(long First, long Marker)> _ended = [];
        private ProducerStates _states = new();
        private long _end;
        private long _committed;
        private long _now = LogBench.Now;

        public Run() => _disk.CreateDirectory("/p");

        public void Do(int kind, int who, int how)
        {
            _now++;
            switch (kind % 10)
            {
                case 0 or 1 or 2:
                    Write(who, how);
                    break;
                case 3:
                    Repeat(who, how);
                    break;
                case 4:
                    WriteOutOfOrder(who, how);
                    break;
                case 5:
                    RaiseEpoch(who, how);
                    break;
                case 6:
                    Mark(who, how % 2 == 0);
                    break;
                case 7:
                    _committed = Math.Min(_end, _committed + how);
                    Commit();
                    break;
                case 8:
                    GoThroughASnapshot();
                    break;
                default:
                    Expire(how);
                    break;
            }
        }

        public void CheckAll()
        {
            var open = _producers.Values.Where(producer => producer.OpenSince >= 0).Select(producer => producer.OpenSince);
            var undecided = _ended.Where(ended => ended.Marker >= _committed).Select(ended => ended.First);
            Assert.Equal(open.Concat(undecided).Select(offset => (long?)offset).Min(), _states.FirstUnstableOffset);
            Assert.Equal(_producers.Count, _states.Count);
            foreach (var (id, producer) in _producers)
            {
                var entry = _states.Find(id);
                Assert.NotNull(entry);
                Assert.Equal((producer.Epoch, producer.OpenSince), (entry.Epoch, entry.TransactionStart));
                Assert.Equal(producer.Batches.Count == 0 ? -1 : producer.Batches[^1].LastSequence, entry.LastSequence);
            }
        }

        private void Write(int who, int how)
        {
            var isTransactional = who == 2;
            var producer = _producers.GetValueOrDefault(who) ?? new Producer { Epoch = 0 };
            var sequence = producer.Next;

            // A producer that nobody knows may begin anywhere; near the end of the numbers it wraps.
            if (!_producers.ContainsKey(who) && how % 3 == 0)
                sequence = int.MaxValue - (how % 5);

            var batch = new Batch(sequence, 1 + (how % 4), _end);
            var header = Header(who, producer.Epoch, batch, isTransactional);
            Assert.False(_states.Check(header, AppendOrigin.Client).IsRefused);
            Assert.False(_states.TryFindDuplicate(header, out _));
            _states.Apply(header);
            _producers[who] = producer;
            producer.Batches.Add(batch);
            producer.LastTime = _now;
            if (isTransactional && producer.OpenSince < 0)
                producer.OpenSince = _end;
            _end += batch.Count;
        }

        /// <summary>Of the last five batches each is known again by its numbers; older ones are not.</summary>
        private void Repeat(int who, int how)
        {
            if (!_producers.TryGetValue(who, out var producer) || producer.Batches.Count == 0)
                return;

            var back = 1 + (how % 7);
            if (back > producer.Batches.Count)
                return;

            var batch = producer.Batches[^back];
            var header = Header(who, producer.Epoch, batch with { FirstOffset = 0 }, who == 2);
            Assert.Equal(back <= 5, _states.TryFindDuplicate(header, out var original));
            if (back <= 5)
                Assert.Equal((batch.FirstOffset, batch.LastOffset), (original.FirstOffset, original.LastOffset));
            else
                Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _states.Check(header, AppendOrigin.Client).Error);
        }

        private void WriteOutOfOrder(int who, int how)
        {
            if (!_producers.TryGetValue(who, out var producer))
                return;

            var gap = new Batch(RecordBatch.AdvanceSequence(producer.Next, 1 + (how % 9)), 1, 0);
            Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _states.Check(Header(who, producer.Epoch, gap, who == 2), AppendOrigin.Client).Error);
            if (producer.Epoch > 0)
            {
                var old = Header(who, (short)(producer.Epoch - 1), new Batch(producer.Next, 1, 0), who == 2);
                Assert.Equal(ErrorCode.InvalidProducerEpoch, _states.Check(old, AppendOrigin.Client).Error);
            }
        }

        private void RaiseEpoch(int who, int how)
        {
            if (!_producers.TryGetValue(who, out var producer) || producer.OpenSince >= 0 || producer.Epoch > 100)
                return;

            var epoch = (short)(producer.Epoch + 1 + (how % 2));
            Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _states.Check(Header(who, epoch, new Batch(1, 1, 0), who == 2), AppendOrigin.Client).Error);
            producer.Epoch = epoch;
            producer.Batches.Clear();
            Write(who, (how * 3) + 1);
        }

        private void Mark(int who, bool committed)
        {
            if (!_producers.TryGetValue(who, out var producer))
                return;

            var bytes = new EndTransactionMarker(committed, 0).ToBatch(who, producer.Epoch, _now, 0);
            RecordBatch.PatchBaseOffset(bytes, _end);
            BatchHeader.TryRead(bytes, out var header);
            var ended = _states.ApplyMarker(header, new EndTransactionMarker(committed, 0));
            Assert.Equal(producer.OpenSince >= 0, ended is not null);
            if (ended is { } transaction)
            {
                Assert.Equal((producer.OpenSince, _end, !committed), (transaction.FirstOffset, transaction.LastOffset, transaction.IsAborted));
                _ended.Add((producer.OpenSince, _end));
            }

            producer.OpenSince = -1;
            producer.LastTime = _now;
            _end++;
        }

        /// <summary>What was stopped goes on as if it had not been; what ended below the high watermark does not come back.</summary>
        private void GoThroughASnapshot()
        {
            _committed = _end;
            Commit();
            ProducerSnapshotFile.Write(_disk, "/p", _end, _states.All);
            _states = new ProducerStates();
            _states.Restore(ProducerSnapshotFile.Read(_disk, "/p", _end)!);
            foreach (var producer in _producers.Values.Where(producer => producer.Batches.Count > 5))
                producer.Batches.RemoveRange(0, producer.Batches.Count - 5);
        }

        private void Commit()
        {
            _states.Committed(_committed);
            _ended.RemoveAll(ended => ended.Marker < _committed);
        }

        private void Expire(int how)
        {
            var silentSince = _now - how;
            _states.Expire(silentSince);
            foreach (var (id, producer) in _producers.ToArray())
            {
                if (producer.LastTime < silentSince && producer.OpenSince < 0)
                    _producers.Remove(id);
            }
        }

        private BatchHeader Header(long id, short epoch, Batch batch, bool transactional)
        {
            using var builder = new RecordBatchBuilder();
            builder.Start(new BatchSettings
            {
                ProducerId = id, ProducerEpoch = epoch, BaseSequence = batch.FirstSequence, IsTransactional = transactional, BaseOffset = batch.FirstOffset,
            });
            for (var index = 0; index < batch.Count; index++)
                builder.Append(_now, default, "v"u8);
            BatchHeader.TryRead(builder.Finish().Span, out var header);
            return header;
        }
    }
}
