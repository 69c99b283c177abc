using FlowLog.Client.Cluster;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming;

/// <summary>
/// One batch as a producer made it, over the buffer that it was received into. Its records are spans over that buffer:
/// dispose of the batch when they are no longer needed, and do not touch them afterwards.
/// </summary>
public sealed class ConsumedBatch : IDisposable
{
    private readonly BatchHeader _header;
    private readonly ReadOnlyMemory<byte> _records;
    private PooledBuffer? _decompressed;
    private SharedBuffer? _owner;
    private int _disposed;

    private ConsumedBatch(TopicPartition partition, in BatchHeader header, long firstOffset, ReadOnlyMemory<byte> records)
    {
        Partition = partition;
        FirstOffset = Math.Max(firstOffset, header.BaseOffset);
        _header = header;
        _records = records;
    }

    /// <summary>Where it lies.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Offset of the first record that is shown; the batch may hold earlier ones, from before the position.</summary>
    public long FirstOffset { get; }

    /// <summary>Offset of the first record that the batch was made with.</summary>
    public long BaseOffset => _header.BaseOffset;

    /// <summary>Offset after the last record: what to commit once all are processed.</summary>
    public long NextOffset => _header.LastOffset + 1;

    /// <summary>Records that the batch announces, including those before <see cref="FirstOffset"/>.</summary>
    public int RecordCount => _header.RecordCount;

    /// <summary>Epoch of the leader that appended it, or null.</summary>
    public int? LeaderEpoch => _header.LeaderEpoch < 0 ? null : _header.LeaderEpoch;

    /// <summary>Largest timestamp inside, milliseconds since 1970.</summary>
    public long MaxTimestamp => _header.MaxTimestamp;

    /// <summary>Who set the records' timestamps.</summary>
    public TimestampType TimestampType => _header.IsLogAppendTime ? TimestampType.LogAppendTime : TimestampType.CreateTime;

    /// <summary>True when it belongs to a transaction.</summary>
    public bool IsTransactional => _header.IsTransactional;

    /// <summary>Id of the producer that wrote it; -1 without idempotence.</summary>
    public long ProducerId => _header.ProducerId;

    /// <summary>Bytes of the batch as received.</summary>
    public int WireSize => (int)_header.TotalSize;

    /// <summary>Where to go on after this batch, to be committed.</summary>
    public OffsetAndMetadata NextPosition(string metadata = "") => new(NextOffset, metadata, LeaderEpoch);

    /// <summary>
    /// Opens a whole batch in wire form, decompressing it where needed. Fakes of <see cref="IConsumer"/> make batches with a
    /// <see cref="RecordBatchBuilder"/> and open them here; the memory must not change while the batch lives.
    /// </summary>
    /// <param name="partition">Where it lies.</param>
    /// <param name="batch">Exactly one batch, header included.</param>
    /// <param name="fromOffset">Records before it are not shown.</param>
    /// <param name="byteBudget">Most bytes it may decompress to.</param>
    /// <exception cref="FlowLogException">The bytes are not a batch, or cannot be decompressed.</exception>
    public static ConsumedBatch Open(TopicPartition partition, ReadOnlyMemory<byte> batch, long fromOffset = 0, int byteBudget = DefaultByteBudget)
    {
        if (!BatchHeader.TryRead(batch.Span, out var header) || !header.IsPlausible || header.TotalSize != batch.Length)
            throw Failures.Of(ErrorCode.CorruptMessage, $"These {batch.Length} bytes of {partition} are not one batch");

        return Open(partition, header, batch, fromOffset, byteBudget, owner: null);
    }

    /// <summary>The records from <see cref="FirstOffset"/> on; may be walked more than once.</summary>
    public BatchRecords GetEnumerator()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return new BatchRecords(this, new RecordReader(_header, _decompressed is null ? _records.Span : _decompressed.WrittenSpan));
    }

    /// <summary>Copies a record of this batch out of the buffer.</summary>
    public ConsumedRecord Copy(in RecordView record) =>
        new(Partition, record.Offset, record.Timestamp, TimestampType, _header.LeaderEpoch, record);

    /// <summary>Gives the buffer back. May be called from any thread, and more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        _decompressed?.Dispose();
        _decompressed = null;
        _owner?.Release();
        _owner = null;
    }

    /// <summary>Room for what a batch decompresses to: enough for any real producer, too little for a bomb.</summary>
    internal const int DefaultByteBudget = 256 * 1024 * 1024;

    /// <summary>As the public overload, over a received buffer that must not return to the pool while the batch lives.</summary>
    internal static ConsumedBatch Open(
        TopicPartition partition, in BatchHeader header, ReadOnlyMemory<byte> batch, long fromOffset, int byteBudget, SharedBuffer? owner)
    {
        var opened = new ConsumedBatch(partition, header, fromOffset, batch[RecordBatch.HeaderSize..]);
        if (header.Codec != Codec.None && header.RecordCount > 0)
            opened.Decompress(byteBudget);

        owner?.Hold();
        opened._owner = owner;
        return opened;
    }

    private void Decompress(int byteBudget)
    {
        var target = new PooledBuffer();
        var problem = Decompressor.Decompress(_header.Codec, _records.Span, byteBudget, target);
        if (problem != DecompressionProblem.None)
        {
            target.Dispose();
            throw Failures.Of(ErrorCode.CorruptMessage, $"The batch at offset {BaseOffset} of {Partition} cannot be decompressed as {_header.Codec}: {problem}");
        }

        _decompressed = target;
    }
}
