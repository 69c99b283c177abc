using System.Buffers.Binary;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Producers;

/// <summary>
/// The file <c>NNN.snapshot</c>: the producers as of an offset, so that recovery need not read the log from its start. Of every
/// producer the last batch alone is kept. Not synced: a torn one is recognised, and an older one or the log itself takes its place.
/// </summary>
internal static class ProducerSnapshotFile
{
    private const short Version = 1;
    private const int CrcAt = 2;
    private const int CheckedAt = 6;
    private const int EntriesAt = 10;
    private const int EntrySize = 46;

    /// <summary>Replaces the snapshot at an offset.</summary>
    public static void Write(IDisk disk, string directory, long offset, IReadOnlyCollection<ProducerEntry> producers)
    {
        var bytes = new byte[EntriesAt + (producers.Count * EntrySize)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CheckedAt), producers.Count);
        var target = bytes.AsSpan(EntriesAt);
        foreach (var producer in producers)
        {
            Write(target, producer);
            target = target[EntrySize..];
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcAt), Crc32C.Compute(bytes.AsSpan(CheckedAt)));
        using var file = disk.Open(PathOf(directory, offset), FileOpening.ExistingOrNew);
        file.SetLength(0);
        file.Write(0, bytes);
    }

    /// <summary>The producers as of an offset; null when the file is missing or damaged.</summary>
    public static IReadOnlyList<ProducerEntry>? Read(IDisk disk, string directory, long offset)
    {
        var path = PathOf(directory, offset);
        if (!disk.FileExists(path))
            return null;

        ReadOnlySpan<byte> bytes = disk.ReadAllBytes(path);
        if (bytes.Length < EntriesAt
            || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcAt..]) != Crc32C.Compute(bytes[CheckedAt..])
            || BinaryPrimitives.ReadInt32BigEndian(bytes[CheckedAt..]) != (bytes.Length - EntriesAt) / EntrySize)
            return null;

        var producers = new List<ProducerEntry>((bytes.Length - EntriesAt) / EntrySize);
        for (bytes = bytes[EntriesAt..]; bytes.Length >= EntrySize; bytes = bytes[EntrySize..])
            producers.Add(ReadEntry(bytes));

        return producers;
    }

    public static string PathOf(string directory, long offset) => Path.Combine(directory, SegmentFileName.For(offset, SegmentFileName.ProducerSnapshot));

    private static void Write(Span<byte> target, ProducerEntry producer)
    {
        var last = producer.HasBatches ? producer.Newest : new ProducedBatch(RecordBatch.NoSequence, -1, 0, producer.LastTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(target, producer.Id);
        BinaryPrimitives.WriteInt16BigEndian(target[8..], producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(target[10..], last.LastSequence);
        BinaryPrimitives.WriteInt64BigEndian(target[14..], last.LastOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[22..], last.OffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(target[26..], producer.LastTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(target[34..], producer.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(target[38..], producer.TransactionStart);
    }

    private static ProducerEntry ReadEntry(ReadOnlySpan<byte> source)
    {
        var lastSequence = BinaryPrimitives.ReadInt32BigEndian(source[10..]);
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(source[14..]);
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(source[26..]);
        return ProducerEntry.Restored(
            BinaryPrimitives.ReadInt64BigEndian(source),
            BinaryPrimitives.ReadInt16BigEndian(source[8..]),
            BinaryPrimitives.ReadInt32BigEndian(source[34..]),
            timestamp,
            BinaryPrimitives.ReadInt64BigEndian(source[38..]),
            lastOffset < 0 ? null : new ProducedBatch(lastSequence, lastOffset, BinaryPrimitives.ReadInt32BigEndian(source[22..]), timestamp));
    }
}
