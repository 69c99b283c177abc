using FlowLog.Broker.Log.Epochs;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Checks the leader epochs of a partition: they never fall along the log, and the checkpoint says the same as the batches.</summary>
internal sealed class EpochCheck
{
    private const string Remedy = "With the broker stopped, delete the file: the next start finds the epochs in the batches.";

    private readonly PartitionFacts _facts;
    private readonly LogReport _report;
    private readonly string _path;
    private readonly IReadOnlyList<EpochEntry>? _entries;
    private int _at = -1;
    private int _last = -1;

    public EpochCheck(IDisk disk, string folder, PartitionFacts facts, LogReport report)
    {
        (_facts, _report) = (facts, report);
        _path = Path.Combine(folder, LeaderEpochFile.Name);
        _entries = disk.FileExists(_path) ? LeaderEpochFile.Read(disk, folder) : null;
        if (_entries is null)
        {
            if (disk.FileExists(_path))
                report.Violation(_path, null, "Its lines are not what its count says.", Remedy);
            return;
        }

        for (var index = 1; index < _entries.Count; index++)
        {
            if (_entries[index].Epoch <= _entries[index - 1].Epoch || _entries[index].StartOffset <= _entries[index - 1].StartOffset)
                report.Violation(_path, null, $"Epoch {_entries[index].Epoch} at offset {_entries[index].StartOffset} does not follow on {_entries[index - 1].Epoch} at {_entries[index - 1].StartOffset}.", Remedy);
        }
    }

    /// <summary>A batch comes by.</summary>
    public void Meet(in BatchHeader header, string file, long position)
    {
        if (header.LeaderEpoch < _last)
        {
            _report.Violation(
                file, position, $"The batch at offset {header.BaseOffset} is of leader epoch {header.LeaderEpoch}, the one before of {_last}.",
                "Its header or an earlier one was changed: epochs lie outside of the checksum. Restore the partition from a replica or a backup.");
        }

        _last = Math.Max(_last, header.LeaderEpoch);
        if (_entries is null || _entries.Count == 0 || header.LeaderEpoch < 0)
            return;

        while (_at + 1 < _entries.Count && _entries[_at + 1].StartOffset <= header.BaseOffset)
            _at++;

        if (_at >= 0 && _entries[_at].Epoch != header.LeaderEpoch && !_facts.IsRepairedFrom(header.BaseOffset))
            _report.Violation(_path, null, $"It says that offset {header.BaseOffset} is of epoch {_entries[_at].Epoch}; the batch there is of {header.LeaderEpoch}.", Remedy);
    }
}
