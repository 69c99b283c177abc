using System.Buffers;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Coordination;

/// <summary>Reads a shard's partition from its first record to its last and applies everything.</summary>
internal sealed class ShardLoader(ICommittedLog log, ICoordinatorShard shard, CoordinatorKind kind, Action<short, long> unknown, int readBytes = 1 << 20) : IDisposable
{
    private const int DecompressionBudget = 128 << 20;

    private readonly BatchContent _content = new();

    /// <summary>Records applied so far.</summary>
    public long Records { get; private set; }

    /// <summary>Reads to the end, or until <paramref name="abandoned"/>.</summary>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    /// <exception cref="InvalidDataException">What is there is no batch of records of this coordinator.</exception>
    public void Run(Func<bool> abandoned)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var offset = log.StartOffset;
        while (!abandoned() && offset < log.EndOffset)
        {
            buffer.ResetWrittenCount();
            if (log.Read(offset, readBytes, buffer) == 0)
                break;

            offset = Replay(buffer.WrittenSpan, offset);
        }
    }

    public void Dispose() => _content.Dispose();

    private long Replay(ReadOnlySpan<byte> bytes, long offset)
    {
        var batches = new BatchReader(bytes);
        var next = offset;
        while (batches.MoveNext())
        {
            Replay(batches.Header, batches.Batch, offset);
            next = batches.Header.LastOffset + 1;
        }

        return next > offset ? next : throw new InvalidDataException($"there is no batch at offset {offset}");
    }

    private void Replay(in BatchHeader header, ReadOnlySpan<byte> batch, long from)
    {
        if (header.IsControl)
        {
            ReplayMarker(header, batch);
            return;
        }

        if (_content.Open(header, batch, DecompressionBudget, out var records) is var problem and not DecompressionProblem.None)
            throw new InvalidDataException($"the batch at offset {header.BaseOffset} cannot be decompressed: {problem}");

        while (records.MoveNext())
        {
            var record = records.Current;
            if (record.Offset >= from)
                Replay(header, record);
        }

        if (records.Failed)
            throw new InvalidDataException($"the batch at offset {header.BaseOffset} holds something that is no record");
    }

    private void ReplayMarker(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        if (!EndTransactionMarker.TryRead(header, batch, out var marker))
            return;

        var end = new TransactionEnd(new ProducerIdAndEpoch(header.ProducerId, header.ProducerEpoch), marker.Committed, marker.CoordinatorEpoch);
        shard.Apply(end, new RecordOrigin(header.BaseOffset, header.ProducerId, header.ProducerEpoch));
        Records++;
    }

    private void Replay(in BatchHeader header, in RecordView record)
    {
        // Messages keep slices of what they are read from, and the buffer is used again.
        var problem = CoordinatorRecordCodec.ReadKey(kind, record.Key.Span.ToArray(), out var key);
        if (key is null)
        {
            unknown(record.Key.Span.Length < sizeof(short) ? (short)-1 : System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(record.Key.Span), record.Offset);
            return;
        }

        ICoordinatorValue? value = null;
        if (problem is null && !record.Value.IsNull)
            problem = CoordinatorRecordCodec.ReadValue(kind, key, record.Value.Span.ToArray(), out value);

        if (problem is not null)
            throw new InvalidDataException($"the record at offset {record.Offset} cannot be read: {problem}");

        var origin = header.IsTransactional ? new RecordOrigin(record.Offset, header.ProducerId, header.ProducerEpoch) : new RecordOrigin(record.Offset, -1, -1);
        shard.Apply(new CoordinatorRecord(key, value, 0), origin);
        Records++;
    }
}
