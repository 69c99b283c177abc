using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>
/// Follows the producers of a partition along its batches, and holds their sequences, the snapshots and the indexes of aborted transactions to it.
/// What began before the first batch that is left can only be checked in part.
/// </summary>
internal sealed class ProducerCheck
{
    private const string SnapshotRemedy = "With the broker stopped, delete the file: the next start takes an older one, or the batches.";
    private const string IndexRemedy = "With the broker stopped, delete the file and the partition's .snapshot files: the next start makes them anew from the batches.";

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly PartitionFacts _facts;
    private readonly LogReport _report;
    private readonly Queue<long> _snapshots;
    private readonly ProducerStates _producers = new();
    private readonly Queue<AbortedTransaction> _indexed = new();
    private string _indexPath = "";
    private long? _firstOffset;
    private long _nextOffset;

    public ProducerCheck(IDisk disk, string folder, IReadOnlyList<string> names, PartitionFacts facts, LogReport report)
    {
        (_disk, _folder, _facts, _report) = (disk, folder, facts, report);
        _snapshots = new Queue<long>(names
            .Select(name => SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out var offset) ? offset : -1)
            .Where(offset => offset >= 0)
            .Order());
    }

    // Whole from the first record ever: nothing that a producer did is hidden.
    private bool KnowsAll => _firstOffset == 0 && !_facts.IsCompacted;

    /// <summary>A segment begins.</summary>
    public void EnterSegment(long baseOffset)
    {
        _firstOffset ??= baseOffset;
        _nextOffset = baseOffset;
        _indexPath = Path.Combine(_folder, SegmentFileName.For(baseOffset, SegmentFileName.TransactionIndex));
        _indexed.Clear();
        if (!_disk.FileExists(_indexPath))
            return;

        var content = IndexContent<AbortedTransaction>.Read(_disk, _indexPath);
        foreach (var entry in content.Sound)
            _indexed.Enqueue(entry);
        if (content.Problem is { } problem && !_facts.IsRepairedFrom(baseOffset))
            _report.Violation(_indexPath, content.ProblemAt, $"The file is not what it should be: {problem}.", IndexRemedy);
    }

    /// <summary>A sound batch comes by.</summary>
    public void Meet(in BatchHeader header, ReadOnlySpan<byte> batch, string file, long position)
    {
        CompareSnapshotsUpTo(header.BaseOffset);
        _nextOffset = header.LastOffset + 1;
        if (!header.HasProducerId)
            return;

        if (!header.IsControl)
        {
            CheckSequence(header, file, position);
            _producers.Apply(header);
        }
        else if (EndTransactionMarker.TryRead(header, batch, out var marker))
        {
            var start = _producers.Find(header.ProducerId)?.TransactionStart ?? -1;
            var ended = _producers.ApplyMarker(header, marker);
            if (!marker.Committed)
                MeetAbort(header, start < 0 ? null : ended);
        }
    }

    /// <summary>A segment ends.</summary>
    public void LeaveSegment()
    {
        while (_indexed.TryDequeue(out var entry))
            NoMarker(entry);
    }

    /// <summary>The log ends.</summary>
    public void EndAt(long end)
    {
        CompareSnapshotsUpTo(end);
        foreach (var offset in _snapshots)
        {
            _report.Add(
                _facts.WasStoppedCleanly ? FindingKind.Violation : FindingKind.Note, ProducerSnapshotFile.PathOf(_folder, offset), null,
                $"It is of offset {offset}, but the log ends at {end}.", "The next start deletes it.");
        }
    }

    private void CheckSequence(in BatchHeader header, string file, long position)
    {
        if (!KnowsAll || _producers.Find(header.ProducerId) is not { HasBatches: true } producer || producer.Epoch != header.ProducerEpoch || header.BaseSequence < 0)
            return;

        var expected = RecordBatch.AdvanceSequence(producer.LastSequence, 1);
        if (header.BaseSequence != expected)
        {
            _report.Violation(
                file, position,
                $"Producer {header.ProducerId} (epoch {header.ProducerEpoch}) is at sequence {header.BaseSequence} at offset {header.BaseOffset}, where {expected} is next: a batch is missing, or stored twice.",
                "Nothing can be done about it here; report it.");
        }
    }

    private void MeetAbort(in BatchHeader header, CompletedTransaction? ended)
    {
        while (_indexed.TryPeek(out var before) && before.LastOffset < header.LastOffset)
            NoMarker(_indexed.Dequeue());

        var isIndexed = _indexed.TryPeek(out var entry) && entry.LastOffset == header.LastOffset;
        if (isIndexed)
            _indexed.Dequeue();

        if (ended is not { } transaction)
            return; // It aborted nothing, or nothing that is left.

        if (!isIndexed)
            Wrong($"The transaction of producer {header.ProducerId} that was aborted at offset {header.LastOffset} is not in it: readers would see its records.", header.LastOffset);
        else if (entry.ProducerId != header.ProducerId || entry.FirstOffset > transaction.FirstOffset || (KnowsAll && entry.FirstOffset != transaction.FirstOffset))
            Wrong($"For the marker at offset {header.LastOffset} it says producer {entry.ProducerId} from offset {entry.FirstOffset} on; it is producer {header.ProducerId} from {transaction.FirstOffset} on.", header.LastOffset);
        else if (KnowsAll && entry.LastStableOffset != transaction.LastStableOffset)
            Wrong($"For the marker at offset {header.LastOffset} it says last stable offset {entry.LastStableOffset}, which is {transaction.LastStableOffset}.", header.LastOffset);
    }

    private void NoMarker(AbortedTransaction entry)
    {
        if (!_facts.IsCompacted)
            Wrong($"It says that producer {entry.ProducerId} aborted at offset {entry.LastOffset}, where no such marker is.", entry.LastOffset);
    }

    private void Wrong(string problem, long offset) =>
        _report.Add(_facts.IsRepairedFrom(offset) ? FindingKind.Note : FindingKind.Violation, _indexPath, null, problem, IndexRemedy);

    private void CompareSnapshotsUpTo(long offset)
    {
        while (_snapshots.TryPeek(out var snapshot) && snapshot <= offset)
        {
            _snapshots.Dequeue();
            if (snapshot >= _firstOffset && snapshot == _nextOffset)
                Compare(snapshot);
        }
    }

    private void Compare(long offset)
    {
        var path = ProducerSnapshotFile.PathOf(_folder, offset);
        if (ProducerSnapshotFile.Read(_disk, _folder, offset) is not { } entries)
        {
            _report.Add(
                _facts.WasStoppedCleanly ? FindingKind.Violation : FindingKind.Note, path, null, "It is damaged: its checksum does not fit its bytes.", SnapshotRemedy);
            return;
        }

        var inFile = entries.ToDictionary(entry => entry.Id);
        foreach (var producer in _producers.All)
        {
            if (inFile.Remove(producer.Id, out var said))
                Compare(path, said, producer);
            else if (producer.HasOpenTransaction)
                _report.Violation(path, null, $"Producer {producer.Id}, whose transaction is open from offset {producer.TransactionStart} on, is not in it.", SnapshotRemedy);
        }

        foreach (var stranger in inFile.Values.Where(entry => entry.HasBatches && entry.Newest.LastOffset >= _firstOffset && !_facts.IsCompacted))
            _report.Violation(path, null, $"It says that producer {stranger.Id} wrote up to offset {stranger.Newest.LastOffset}; no batch of it is there.", SnapshotRemedy);
    }

    private void Compare(string path, ProducerEntry said, ProducerEntry found)
    {
        if (found.HasBatches && (!said.HasBatches || said.Epoch != found.Epoch || said.LastSequence != found.LastSequence || said.Newest.LastOffset != found.Newest.LastOffset))
        {
            _report.Violation(
                path, null,
                $"Of producer {said.Id} it says epoch {said.Epoch}, sequence {said.LastSequence}; the batches say epoch {found.Epoch}, sequence {found.LastSequence} at offset {found.Newest.LastOffset}.",
                SnapshotRemedy);
        }
        else if (found.HasOpenTransaction ? !said.HasOpenTransaction || said.TransactionStart > found.TransactionStart : said.HasOpenTransaction && KnowsAll)
        {
            _report.Violation(
                path, null,
                $"Of producer {said.Id} it says that a transaction is open from offset {said.TransactionStart} on; the batches say {found.TransactionStart}.",
                SnapshotRemedy);
        }
    }
}
