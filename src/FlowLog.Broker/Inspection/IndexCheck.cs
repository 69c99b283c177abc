using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Checks the offset index and the time index of a segment against its batches, as they come by.</summary>
internal sealed class IndexCheck
{
    private const string Remedy = "With the broker stopped, delete the file: the next start makes it anew from the batches.";

    private readonly PartitionFacts _facts;
    private readonly LogReport _report;
    private readonly long _baseOffset;
    private readonly Cursor<OffsetEntry> _offsets;
    private readonly Cursor<TimeEntry> _times;
    private long _largestTimestamp = RecordBatch.NoTimestamp;

    public IndexCheck(IDisk disk, string folder, long baseOffset, PartitionFacts facts, LogReport report)
    {
        (_facts, _report, _baseOffset) = (facts, report, baseOffset);
        _offsets = new Cursor<OffsetEntry>(disk, Path.Combine(folder, SegmentFileName.For(baseOffset, SegmentFileName.OffsetIndex)));
        _times = new Cursor<TimeEntry>(disk, Path.Combine(folder, SegmentFileName.For(baseOffset, SegmentFileName.TimeIndex)));
    }

    /// <summary>A sound batch comes by.</summary>
    public void Meet(in BatchHeader header, long position)
    {
        _largestTimestamp = Math.Max(_largestTimestamp, header.MaxTimestamp);
        while (_offsets.Next is { } entry && entry.Position <= position)
        {
            if (entry.Position < position)
                Wrong(_offsets, $"An entry leads to byte {entry.Position}, where no batch begins.");
            else if (_baseOffset + entry.RelativeOffset != header.LastOffset)
                Wrong(_offsets, $"The entry for byte {entry.Position} says offset {_baseOffset + entry.RelativeOffset}; the batch there ends at {header.LastOffset}.");
            _offsets.Move();
        }

        while (_times.Next is { } entry && _baseOffset + entry.RelativeOffset <= header.LastOffset)
        {
            if (_baseOffset + entry.RelativeOffset != header.LastOffset || entry.Timestamp != header.MaxTimestamp || entry.Timestamp != _largestTimestamp)
            {
                Wrong(_times, $"The entry for offset {_baseOffset + entry.RelativeOffset} says timestamp {entry.Timestamp}; the largest up to there is {_largestTimestamp}.");
            }

            _times.Move();
        }
    }

    /// <summary>All sound batches have come by.</summary>
    /// <param name="isBroken">More follow, which could not be looked at.</param>
    /// <param name="end">Where the sound ones end.</param>
    public void EndAt(bool isBroken, long end)
    {
        EndOf(_offsets, isBroken, end);
        EndOf(_times, isBroken, end);
    }

    private void EndOf<TEntry>(Cursor<TEntry> cursor, bool isBroken, long end)
        where TEntry : struct, IIndexEntry<TEntry>
    {
        if (!cursor.Exists)
        {
            if (!_facts.IsRepairedFrom(end))
                _report.Violation(cursor.Path, null, "The file is missing.", "The next start makes it anew from the batches.");
            return;
        }

        if (!isBroken && cursor.Next is not null)
            Wrong(cursor, "An entry leads behind the last batch.", end);
        if (cursor.Content.Problem is { } problem)
            Add(cursor.Content.IsReserved || _facts.IsRepairedFrom(end) ? FindingKind.Note : FindingKind.Violation, cursor.Path, cursor.Content.ProblemAt, $"The file is not what it should be: {problem}.");
    }

    private void Wrong<TEntry>(Cursor<TEntry> cursor, string problem, long? end = null)
        where TEntry : struct, IIndexEntry<TEntry> =>
        Add(_facts.IsRepairedFrom(end ?? long.MaxValue) && end is not null ? FindingKind.Note : FindingKind.Violation, cursor.Path, cursor.Position, problem);

    private void Add(FindingKind kind, string path, long position, string problem) =>
        _report.Add(kind, path, position, problem, kind == FindingKind.Note ? "The next start puts it right." : Remedy);

    /// <summary>A place in an index file.</summary>
    private sealed class Cursor<TEntry>
        where TEntry : struct, IIndexEntry<TEntry>
    {
        private int _at;

        public Cursor(IDisk disk, string path)
        {
            Path = path;
            Exists = disk.FileExists(path);
            Content = Exists ? IndexContent<TEntry>.Read(disk, path) : new IndexContent<TEntry>([], null, false);
        }

        public string Path { get; }

        public bool Exists { get; }

        public IndexContent<TEntry> Content { get; }

        public TEntry? Next => _at < Content.Sound.Length ? Content.Sound[_at] : null;

        public long Position => (long)_at * TEntry.Size;

        public void Move() => _at++;
    }
}
