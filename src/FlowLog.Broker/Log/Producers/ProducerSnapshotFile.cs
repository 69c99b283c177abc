using System.Buffers.Binary;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Producers;

/// <summary>
/// The file <c>NNN.snapshot</c>: the producers as of an offset, so that recovery need not read the log from its start. Of every
/// producer the last batch is kept where Kafka keeps it, and those before it behind all entries, where Kafka does not look. Not synced as a rule: a torn
/// one is recognised, and an older one or the log itself takes its place, as long as the markers behind that are there (<see cref="PartitionLog.TrySecureProducers"/>).
/// </summary>
/// <remarks>
/// Without the older batches the answer to a retry would depend on whether the broker was restarted: any of the last five may come again, and a producer
/// that is told of a gap instead of a repeat goes on under a new epoch, under which nothing is recognised as a repeat.
/// </remarks>
internal static class ProducerSnapshotFile
{
    private const short Version = 1;
    private const int CrcAt = 2;
    private const int CheckedAt = 6;
    private const int EntriesAt = 10;
    private const int EntrySize = 46;
    private const int BatchSize = 24;

    /// <summary>Replaces the snapshot at an offset.</summary>
    public static void Write(IDisk disk, string directory, long offset, IReadOnlyCollection<ProducerEntry> producers)
    {
        var bytes = new byte[EntriesAt + producers.Sum(producer => EntrySize + 1 + (producer.OlderCount * BatchSize))];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CheckedAt), producers.Count);
        var target = bytes.AsSpan(EntriesAt);
        foreach (var producer in producers)
        {
            Write(target, producer);
            target = target[EntrySize..];
        }

        foreach (var producer in producers)
            target = WriteOlder(target, producer);

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcAt), Crc32C.Compute(bytes.AsSpan(CheckedAt)));
        using var file = disk.Open(PathOf(directory, offset), FileOpening.ExistingOrNew);
        file.SetLength(0);
        file.Write(0, bytes);
    }

    /// <summary>Makes the content of the snapshot at an offset survive a power cut; false when there is none.</summary>
    public static bool TrySync(IDisk disk, string directory, long offset)
    {
        var path = PathOf(directory, offset);
        if (!disk.FileExists(path))
            return false;

        using var file = disk.Open(path, FileOpening.Existing);
        file.Sync();
        return true;
    }

    /// <summary>The producers as of an offset; null when the file is missing or damaged.</summary>
    public static IReadOnlyList<ProducerEntry>? Read(IDisk disk, string directory, long offset) => Read(disk, PathOf(directory, offset));

    /// <summary>The producers in a file; null when it is missing or damaged.</summary>
    public static IReadOnlyList<ProducerEntry>? Read(IDisk disk, string path)
    {
        if (!disk.FileExists(path))
            return null;

        ReadOnlySpan<byte> bytes = disk.ReadAllBytes(path);
        if (bytes.Length < EntriesAt
            || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcAt..]) != Crc32C.Compute(bytes[CheckedAt..]))
            return null;

        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[CheckedAt..]);
        bytes = bytes[EntriesAt..];
        if (count < 0 || count > bytes.Length / EntrySize)
            return null;

        var older = bytes[(count * EntrySize)..]; // nothing in a file of Kafka's
        var producers = new List<ProducerEntry>(count);
        for (; producers.Count < count; bytes = bytes[EntrySize..])
        {
            if (TryReadOlder(ref older) is not { } batches)
                return null;

            producers.Add(ReadEntry(bytes, batches));
        }

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

    private static Span<byte> WriteOlder(Span<byte> target, ProducerEntry producer)
    {
        target[0] = (byte)producer.OlderCount;
        target = target[1..];
        for (var index = 0; index < producer.OlderCount; index++, target = target[BatchSize..])
        {
            var batch = producer.Older(index);
            BinaryPrimitives.WriteInt32BigEndian(target, batch.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(target[4..], batch.LastOffset);
            BinaryPrimitives.WriteInt32BigEndian(target[12..], batch.OffsetDelta);
            BinaryPrimitives.WriteInt64BigEndian(target[16..], batch.Timestamp);
        }

        return target;
    }

    private static List<ProducedBatch>? TryReadOlder(ref ReadOnlySpan<byte> source)
    {
        var batches = new List<ProducedBatch>();
        if (source.IsEmpty)
            return batches;

        var count = source[0];
        source = source[1..];
        if (count >= ProducerEntry.Window || source.Length < count * BatchSize)
            return null;

        for (; batches.Count < count; source = source[BatchSize..])
        {
            batches.Add(new ProducedBatch(
                BinaryPrimitives.ReadInt32BigEndian(source),
                BinaryPrimitives.ReadInt64BigEndian(source[4..]),
                BinaryPrimitives.ReadInt32BigEndian(source[12..]),
                BinaryPrimitives.ReadInt64BigEndian(source[16..])));
        }

        return batches;
    }

    private static ProducerEntry ReadEntry(ReadOnlySpan<byte> source, List<ProducedBatch> batches)
    {
        var lastSequence = BinaryPrimitives.ReadInt32BigEndian(source[10..]);
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(source[14..]);
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(source[26..]);
        if (lastOffset >= 0)
            batches.Add(new ProducedBatch(lastSequence, lastOffset, BinaryPrimitives.ReadInt32BigEndian(source[22..]), timestamp));

        return ProducerEntry.Restored(
            BinaryPrimitives.ReadInt64BigEndian(source),
            BinaryPrimitives.ReadInt16BigEndian(source[8..]),
            BinaryPrimitives.ReadInt32BigEndian(source[34..]),
            timestamp,
            BinaryPrimitives.ReadInt64BigEndian(source[38..]),
            batches);
    }
}
