using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>The epochs of a log against the epoch of every single record: appends, leaderships without a record, cuts at either end, a file between.</summary>
public sealed class EpochCacheModelTests
{
    [Fact]
    public void The_epochs_are_those_of_the_records() => Properties.OverCommands(1_000, commands =>
    {
        var run = new Run();
        foreach (var (kind, who, how) in commands)
        {
            run.Do(kind, who, how);
            run.CheckAll();
        }
    });

    private sealed class Run
    {
        private readonly SimulatedDisk _disk = new(1);
        private readonly List<int> _ofRecord = []; // by offset, also below the start
        private readonly List<(int Epoch, long Start)> _begun = [];
        private LeaderEpochs _epochs = new();
        private long _start;
        private int _epoch;

        public Run()
        {
            _disk.CreateDirectory("/e");
            _disk.SyncDirectory("/");
        }

        private long End => _ofRecord.Count;

        public void Do(int kind, int who, int how)
        {
            switch (kind % 6)
            {
                case 0 or 1:
                    Append(1 + (how % 4));
                    break;
                case 2:
                    _epoch += who % 3;
                    Begin();
                    break;
                case 3:
                    TruncateTo(_start + (how % (End - _start + 1)));
                    break;
                case 4:
                    _start += how % (End - _start + 1);
                    RaiseStart();
                    break;
                default:
                    GoThroughAFile();
                    break;
            }
        }

        public void CheckAll()
        {
            Assert.Equal(_begun.Count == 0 ? -1 : _begun[^1].Epoch, _epochs.Latest);
            for (var offset = _start; offset < End; offset++)
                Assert.Equal(_ofRecord[(int)offset], _epochs.EpochOf(offset));

            for (var epoch = -1; epoch <= _epoch + 1; epoch++)
                Assert.Equal(EndOf(epoch), _epochs.EndOffsetFor(epoch, End));

            Assert.All(_epochs.Entries.Zip(_epochs.Entries.Skip(1)), pair => Assert.True(pair.First.Epoch < pair.Second.Epoch && pair.First.StartOffset < pair.Second.StartOffset));
        }

        private EpochEnd EndOf(int epoch)
        {
            if (_begun.Count == 0 || epoch < 0 || epoch > _begun[^1].Epoch)
                return EpochEnd.Unknown;
            if (epoch == _begun[^1].Epoch)
                return new EpochEnd(epoch, End);

            var floor = _begun.LastOrDefault(begun => begun.Epoch <= epoch, (epoch, 0)).Epoch;
            return new EpochEnd(floor, _begun.First(begun => begun.Epoch > epoch).Start);
        }

        private void Append(int count)
        {
            Begin();
            for (var index = 0; index < count; index++)
                _ofRecord.Add(_epoch);
        }

        private void Begin()
        {
            _epochs.Assign(_epoch, End);
            if (_begun.Count > 0 && _begun[^1].Epoch == _epoch)
                return;

            // Of leaders that appended nothing the last one counts.
            if (_begun.Count > 0 && _begun[^1].Start == End)
                _begun.RemoveAt(_begun.Count - 1);
            _begun.Add((_epoch, End));
        }

        private void TruncateTo(long offset)
        {
            _epochs.TruncateFromEnd(offset);
            _ofRecord.RemoveRange((int)offset, (int)(End - offset));
            _begun.RemoveAll(begun => begun.Start >= offset);
        }

        private void RaiseStart()
        {
            _epochs.TruncateFromStart(_start);
            var last = _begun.FindLastIndex(begun => begun.Start <= _start);
            if (last < 0)
                return;

            _begun[last] = (_begun[last].Epoch, _start);
            _begun.RemoveRange(0, last);
        }

        private void GoThroughAFile()
        {
            LeaderEpochFile.Write(_disk, "/e", _epochs.Entries);
            _disk.CutPower();
            _epochs = new LeaderEpochs();
            _epochs.Load(LeaderEpochFile.Read(_disk, "/e")!);
        }
    }
}
