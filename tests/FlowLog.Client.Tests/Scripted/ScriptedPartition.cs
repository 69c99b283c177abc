using System.Text;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>A partition's log, with the rules for sequences and transactions that brokers hold producers to.</summary>
internal sealed class ScriptedPartition
{
    private readonly List<byte[]> _batches = [];
    private readonly Dictionary<long, Writer> _writers = [];
    private readonly Dictionary<long, long> _open = [];
    private readonly List<(long ProducerId, long First, long Last)> _aborted = [];

    public int Leader { get; set; } = 1;

    public int LeaderEpoch { get; set; }

    public long Start { get; set; }

    public long End { get; private set; }

    public long LastStable => _open.Count == 0 ? End : _open.Values.Min();

    public IReadOnlyList<BatchHeader> Headers => _batches.ConvertAll(Header);

    /// <summary>Values of all data records, as text.</summary>
    public IReadOnlyList<string> Values
    {
        get
        {
            List<string> values = [];
            using var content = new BatchContent();
            foreach (var batch in _batches)
            {
                var header = Header(batch);
                if (header.IsControl)
                    continue;

                content.Open(header, batch, int.MaxValue, out var records);
                while (records.MoveNext())
                    values.Add(Encoding.UTF8.GetString(records.Current.Value.Span));
            }

            return values;
        }
    }

    /// <summary>Appends records of no producer in one batch.</summary>
    public void Add(params ReadOnlySpan<string> values)
    {
        using var builder = new RecordBatchBuilder(256);
        builder.Start(new BatchSettings { LeaderEpoch = LeaderEpoch });
        foreach (var value in values)
            builder.Append(End, default, Encoding.UTF8.GetBytes(value));
        Append(builder.Finish().ToArray(), out _);
    }

    public ErrorCode Append(ReadOnlySpan<byte> bytes, out long offset)
    {
        var batch = bytes.ToArray();
        var header = Header(batch);
        offset = -1;
        if (header.ProducerId >= 0 && !header.IsControl && Refuse(header, ref offset) is { } refusal)
            return refusal;

        offset = End;
        RecordBatch.PatchBaseOffset(batch, End);
        RecordBatch.PatchLeaderEpoch(batch, LeaderEpoch);
        _batches.Add(batch);
        End += header.RecordCount;
        if (header.ProducerId >= 0 && !header.IsControl)
            _writers[header.ProducerId].Append(header, offset);
        if (header.IsTransactional && !header.IsControl)
            _open.TryAdd(header.ProducerId, offset);
        return ErrorCode.None;
    }

    public void EndTransaction(long producerId, short epoch, bool committed)
    {
        if (!_open.Remove(producerId, out var first))
            return;

        if (!committed)
            _aborted.Add((producerId, first, End));
        Append(new EndTransactionMarker(committed, 0).ToBatch(producerId, epoch, 0, LeaderEpoch), out _);
    }

    /// <summary>The log is cut and starts a new life, as after an unclean election.</summary>
    public void Truncate(long to)
    {
        _batches.RemoveAll(batch => Header(batch).BaseOffset >= to);
        End = to;
        LeaderEpoch++;
    }

    public FetchResponse.PartitionData Read(int index, long offset, bool committedOnly)
    {
        var end = committedOnly ? LastStable : End;
        var data = new FetchResponse.PartitionData { PartitionIndex = index, HighWatermark = End, LastStableOffset = LastStable, LogStartOffset = Start };
        if (offset < Start || offset > End)
        {
            data.ErrorCode = ErrorCode.OffsetOutOfRange;
            return data;
        }

        data.Records = _batches.Where(batch => Header(batch).LastOffset >= offset && Header(batch).LastOffset < end).SelectMany(batch => batch).ToArray();
        if (committedOnly)
            data.AbortedTransactions = [.. _aborted.Where(aborted => aborted.Last >= offset).Select(aborted => new FetchResponse.AbortedTransaction { ProducerId = aborted.ProducerId, FirstOffset = aborted.First })];
        return data;
    }

    private static BatchHeader Header(byte[] batch)
    {
        Assert.True(BatchHeader.TryRead(batch, out var header));
        Assert.True(RecordBatch.HasValidCrc(batch));
        return header;
    }

    private ErrorCode? Refuse(in BatchHeader header, ref long offset)
    {
        if (!_writers.TryGetValue(header.ProducerId, out var writer) || header.ProducerEpoch > writer.Epoch)
            _writers[header.ProducerId] = writer = new Writer(header.ProducerEpoch);
        if (header.ProducerEpoch < writer.Epoch)
            return ErrorCode.InvalidProducerEpoch;
        if (writer.Find(header) is { } stored)
        {
            offset = stored;
            return ErrorCode.None;
        }

        return header.BaseSequence == writer.Next ? null : ErrorCode.OutOfOrderSequenceNumber;
    }

    private sealed class Writer(short epoch)
    {
        private readonly List<(int Sequence, int Count, long Offset)> _recent = [];

        public short Epoch => epoch;

        public int Next { get; private set; }

        public long? Find(in BatchHeader header)
        {
            foreach (var (sequence, count, offset) in _recent)
                if (sequence == header.BaseSequence && count == header.RecordCount)
                    return offset;
            return null;
        }

        public void Append(in BatchHeader header, long offset)
        {
            Next = RecordBatch.AdvanceSequence(header.BaseSequence, header.RecordCount);
            _recent.Add((header.BaseSequence, header.RecordCount, offset));
            if (_recent.Count > 5)
                _recent.RemoveAt(0);
        }
    }
}
