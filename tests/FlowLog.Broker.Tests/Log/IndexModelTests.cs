using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>
/// The look-ups of a segment against a walk over all of its batches: whatever was appended, cut off, lost with a crash or deleted by somebody, an index
/// never leads past what is looked for.
/// </summary>
public sealed class IndexModelTests
{
    [Fact]
    public void Indexes_find_what_a_walk_finds() => Properties.OverCommands(500, commands =>
    {
        using var run = new Run();
        foreach (var (kind, who, how) in commands)
        {
            run.Do(kind, who, how);
            run.CheckAll();
        }
    });

    private sealed record Batch(long First, long Last, int Position, int Size, long Timestamp);

    private sealed class Run : IDisposable
    {
        private const long Base = 100;
        private const int Interval = 200;
        private const string Folder = "/s";

        private readonly SimulatedDisk _disk = new(1);
        private readonly List<Batch> _batches = [];
        private Segment _segment;
        private bool _isSealed;

        public Run()
        {
            _disk.CreateDirectory(Folder);
            _segment = Segment.Create(_disk, Folder, Base, LogBench.Now);
        }

        private long End => _batches.Count == 0 ? Base : _batches[^1].Last + 1;

        public void Dispose() => _segment.Dispose();

        public void Do(int kind, int who, int how)
        {
            switch (kind % 8)
            {
                case 0 or 1 or 2 or 3:
                    Append(1 + (who % 3), who, how);
                    break;
                case 4:
                    TruncateTo(Base + (how % (End - Base + 1)));
                    break;
                case 5:
                    StopAndStart(seals: who % 2 == 0, losesTimes: who % 3 == 0);
                    break;
                case 6:
                    CrashWith(who, how);
                    break;
                default:
                    _segment.FlushIndexes();
                    _segment.Unload();
                    break;
            }
        }

        public void CheckAll()
        {
            for (var offset = Base; offset < End; offset++)
            {
                var expected = _batches.First(batch => batch.Last >= offset);
                Assert.True(_segment.TryFindBatch(offset, out var found), $"offset {offset} is not found");
                Assert.Equal((expected.Position, expected.Size), (found.Position, found.Size));
            }

            foreach (var timestamp in _batches.Select(batch => batch.Timestamp).Distinct())
            {
                var first = _batches.First(batch => batch.Timestamp >= timestamp);
                Assert.InRange(_segment.PositionForTimestamp(timestamp), 0, first.Position);
            }

            if (!_isSealed)
                Assert.Equal(_batches.Count == 0 ? -1 : _batches.Max(batch => batch.Timestamp), _segment.LargestTimestamp);
        }

        private void Append(int count, int who, int how)
        {
            if (_isSealed)
                return;

            var timestamp = LogBench.Now + (how % 40) + (who % 7 == 0 ? 1_000 : 0);
            using var builder = new RecordBatchBuilder();
            builder.Start(new BatchSettings { BaseOffset = End, LeaderEpoch = 0 });
            for (var index = 0; index < count; index++)
                builder.Append(timestamp, default, new byte[how]);
            var batch = builder.Finish();
            _segment.Append(batch.Span, Interval);
            var position = _batches.Count == 0 ? 0 : _batches[^1].Position + _batches[^1].Size;
            _batches.Add(new Batch(End, End + count - 1, position, batch.Length, timestamp));
        }

        private void TruncateTo(long offset)
        {
            _segment.TruncateTo(offset, Interval);
            _batches.RemoveAll(batch => batch.Last >= offset);
            _isSealed = false;
        }

        private void StopAndStart(bool seals, bool losesTimes)
        {
            if (seals)
                _segment.Seal();
            _segment.FlushIndexes();
            _segment.Dispose();
            if (losesTimes && !seals)
                _disk.DeleteFile($"{Folder}/{SegmentFileName.For(Base, SegmentFileName.TimeIndex)}");
            _segment = Segment.Existing(_disk, Folder, Base, LogBench.Now);
            if (!seals)
                Assert.True(_segment.TryLoadTail(Interval));
            _isSealed = seals;
        }

        /// <summary>The indexes are what a crash, or somebody who tidied up, left of them; recovery makes them true again.</summary>
        private void CrashWith(int who, int how)
        {
            _segment.FlushIndexes();
            _segment.Dispose();
            foreach (var kind in (string[])[SegmentFileName.OffsetIndex, SegmentFileName.TimeIndex])
            {
                var path = $"{Folder}/{SegmentFileName.For(Base, kind)}";
                if (who % 4 == 0)
                {
                    _disk.DeleteFile(path);
                }
                else if (who % 4 == 3)
                {
                    if (kind == SegmentFileName.TimeIndex)
                        BringBackOldEntry(path, how);
                }
                else
                {
                    using var file = _disk.Open(path, FileOpening.Existing);
                    var kept = file.Length == 0 ? 0 : how % (file.Length + 1);
                    file.SetLength(kept);
                    if (who % 4 == 2)
                        file.SetLength(kept + 40);
                }
            }

            _segment = Segment.Existing(_disk, Folder, Base, LogBench.Now);
            Assert.Equal(0, _segment.Recover(how % 2 == 0 ? Base : End, Interval));
            Assert.Equal(End, _segment.NextOffset);
            _isSealed = false;
        }

        /// <summary>A sector in the middle is one of before a cut: it fits those around it, and is about batches that are not there any more.</summary>
        private void BringBackOldEntry(string path, int how)
        {
            using var file = _disk.Open(path, FileOpening.Existing);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            var count = bytes.Length / TimeEntry.Size;
            if (count < 3)
                return;

            var index = 1 + (how % (count - 2));
            var before = TimeEntry.Read(bytes.AsSpan((index - 1) * TimeEntry.Size));
            var after = TimeEntry.Read(bytes.AsSpan((index + 1) * TimeEntry.Size));
            var old = new byte[TimeEntry.Size];
            new TimeEntry(before.Timestamp + 1, after.RelativeOffset).Write(old);
            file.Write(index * TimeEntry.Size, old);
        }
    }
}
