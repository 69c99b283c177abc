using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>
/// Writes records straight into the batch that goes over the wire: no object per record, one pooled buffer (two with a codec),
/// used again for batch after batch. Not thread-safe.
/// </summary>
/// <remarks>
/// <c>Start</c>, any number of <c>Append</c>, then <c>Finish</c>, whose bytes are valid until the next <c>Start</c> or <c>Dispose</c>.
/// </remarks>
public sealed class RecordBatchBuilder : IDisposable
{
    private const byte NoHeaders = 0;

    private readonly PooledBuffer _plain = new();
    private readonly int _initialCapacity;
    private PooledBuffer? _compressed;
    private BatchSettings _settings = new();
    private long _baseTimestamp;
    private long _maxTimestamp;
    private int _lastOffsetDelta;
    private bool _finished;

    /// <summary>A builder that first takes a buffer of <paramref name="initialCapacity"/> bytes; it grows when a batch is larger.</summary>
    public RecordBatchBuilder(int initialCapacity = 16 * 1024)
    {
        _initialCapacity = initialCapacity;
    }

    /// <summary>Records appended since <see cref="Start"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the batch so far, header included, before compression.</summary>
    public int Size => Math.Max(_plain.Length, RecordBatch.HeaderSize);

    /// <summary>Largest timestamp appended; -1 when there is none.</summary>
    public long MaxTimestamp => _maxTimestamp;

    /// <summary>The most bytes that a record adds to a batch.</summary>
    public static int UpperBound(int keyLength, int valueLength, int headerSectionLength = 1) =>
        Varint.MaxSize32 + 1 + Varint.MaxSize64 + Varint.MaxSize32 + Varint.MaxSize32 + Math.Max(keyLength, 0)
        + Varint.MaxSize32 + Math.Max(valueLength, 0) + headerSectionLength;

    /// <summary>Begins a batch. What the last one left is gone.</summary>
    public void Start(in BatchSettings settings)
    {
        _settings = settings;
        _baseTimestamp = settings.DeleteHorizon ?? RecordBatch.NoTimestamp;
        _maxTimestamp = RecordBatch.NoTimestamp;
        _lastOffsetDelta = -1;
        _finished = false;
        Count = 0;
        _plain.Clear();
        _plain.Reserve(Math.Max(_initialCapacity, RecordBatch.HeaderSize));
        _plain.Advance(RecordBatch.HeaderSize);
    }

    /// <summary>Changes whose batch it is after records were appended, and before <see cref="Finish"/>.</summary>
    public void SetProducer(long producerId, short producerEpoch, int baseSequence, bool transactional) =>
        _settings = _settings with
        {
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            BaseSequence = baseSequence,
            IsTransactional = transactional,
        };

    /// <summary>Appends a record at the next offset.</summary>
    public void Append(long timestamp, NullableBytes key, NullableBytes value)
    {
        ReadOnlySpan<byte> none = [NoHeaders];
        AppendAt(_lastOffsetDelta + 1, timestamp, key, value, none);
    }

    /// <summary>Appends a record with headers at the next offset.</summary>
    public void Append(long timestamp, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers)
    {
        var sectionSize = SizeOf(headers);
        var target = Begin(_lastOffsetDelta + 1, timestamp, key, value, sectionSize, out var position);
        var end = WriteHeaders(target, position, headers);
        _plain.Advance(end);
    }

    /// <summary>Appends a record whose headers are copied from another record (<see cref="RecordView.HeaderSection"/>).</summary>
    public void AppendWithHeaderSection(long timestamp, NullableBytes key, NullableBytes value, ReadOnlySpan<byte> headerSection) =>
        AppendAt(_lastOffsetDelta + 1, timestamp, key, value, headerSection);

    /// <summary>Appends a record at an offset of its own, which lies behind the last one's: cleaning leaves holes.</summary>
    public void AppendAt(int offsetDelta, long timestamp, NullableBytes key, NullableBytes value, ReadOnlySpan<byte> headerSection)
    {
        var target = Begin(offsetDelta, timestamp, key, value, headerSection.Length, out var position);
        headerSection.CopyTo(target[position..]);
        _plain.Advance(position + headerSection.Length);
    }

    /// <summary>Appends a control record.</summary>
    public void AppendControl(long timestamp, ControlRecordType type, ReadOnlySpan<byte> value)
    {
        Span<byte> key = stackalloc byte[ControlRecordKey.Size];
        ControlRecordKey.Write(key, type);
        Append(timestamp, key, value);
    }

    /// <summary>
    /// Compresses, writes the header and the checksum. The bytes are valid until the next <see cref="Start"/> or <see cref="Dispose"/>,
    /// and may be patched meanwhile.
    /// </summary>
    /// <param name="lastOffsetDelta">The batch's last offset when it is not that of the last record: cleaning keeps it.</param>
    /// <exception cref="CodecUnavailableException">The codec's system library is missing.</exception>
    public Memory<byte> Finish(int? lastOffsetDelta = null)
    {
        if (_finished)
            throw new InvalidOperationException("The batch is finished; Start begins the next one.");

        _finished = true;
        var batch = _settings.Codec == Codec.None || Count == 0 ? _plain.WritableMemory : Compress();
        WriteHeader(batch.Span, lastOffsetDelta ?? Math.Max(_lastOffsetDelta, 0));
        return batch;
    }

    /// <summary>Gives the buffers back to the pool. The builder may be started again.</summary>
    public void Dispose()
    {
        _plain.Dispose();
        _compressed?.Dispose();
    }

    private Span<byte> Begin(int offsetDelta, long timestamp, NullableBytes key, NullableBytes value, int headerSectionLength, out int position)
    {
        if (Count == 0 && _settings.DeleteHorizon is null)
            _baseTimestamp = timestamp;

        var timestampDelta = timestamp - _baseTimestamp;
        var keyLength = key.WireLength;
        var valueLength = value.WireLength;
        var bodySize = 1 + Varint.SizeOf(timestampDelta) + Varint.SizeOf(offsetDelta)
            + Varint.SizeOf(keyLength) + key.Span.Length + Varint.SizeOf(valueLength) + value.Span.Length + headerSectionLength;

        var target = _plain.GetSpan(bodySize + Varint.MaxSize32);
        position = Varint.Write(target, 0, bodySize);
        target[position++] = 0;
        position = Varint.Write(target, position, timestampDelta);
        position = Varint.Write(target, position, offsetDelta);
        position = WriteBytes(target, position, keyLength, key.Span);
        position = WriteBytes(target, position, valueLength, value.Span);

        _lastOffsetDelta = offsetDelta;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        Count++;
        return target;
    }

    private static int WriteBytes(Span<byte> target, int position, int wireLength, ReadOnlySpan<byte> bytes)
    {
        position = Varint.Write(target, position, wireLength);
        bytes.CopyTo(target[position..]);
        return position + bytes.Length;
    }

    private static int SizeOf(ReadOnlySpan<RecordHeader> headers)
    {
        var size = Varint.SizeOf(headers.Length);
        foreach (var header in headers)
        {
            var keyLength = Encoding.UTF8.GetByteCount(header.Key);
            var valueLength = header.Value?.Length ?? 0;
            size += Varint.SizeOf(keyLength) + keyLength + Varint.SizeOf(header.Value is null ? -1 : valueLength) + valueLength;
        }

        return size;
    }

    private static int WriteHeaders(Span<byte> target, int position, ReadOnlySpan<RecordHeader> headers)
    {
        position = Varint.Write(target, position, headers.Length);
        foreach (var header in headers)
        {
            position = Varint.Write(target, position, Encoding.UTF8.GetByteCount(header.Key));
            position += Encoding.UTF8.GetBytes(header.Key, target[position..]);
            position = header.Value is { } value
                ? WriteBytes(target, position, value.Length, value.Span)
                : Varint.Write(target, position, -1);
        }

        return position;
    }

    private Memory<byte> Compress()
    {
        var compressed = _compressed ??= new PooledBuffer();
        compressed.Clear();
        compressed.Reserve(_plain.Length);
        compressed.Advance(RecordBatch.HeaderSize);
        Compressor.Compress(_settings.Codec, _settings.CompressionLevel, _plain.WrittenSpan[RecordBatch.HeaderSize..], compressed);
        return compressed.WritableMemory;
    }

    private void WriteHeader(Span<byte> batch, int lastOffsetDelta)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.BaseOffsetAt..], _settings.BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LengthAt..], batch.Length - RecordBatch.LengthOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LeaderEpochAt..], _settings.LeaderEpoch);
        batch[RecordBatch.MagicAt] = RecordBatch.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatch.AttributesAt..], (short)_settings.Attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LastOffsetDeltaAt..], lastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.BaseTimestampAt..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.MaxTimestampAt..], _settings.LogAppendTime ?? _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.ProducerIdAt..], _settings.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatch.ProducerEpochAt..], _settings.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.BaseSequenceAt..], _settings.BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.RecordCountAt..], Count);
        RecordBatch.PatchCrc(batch);
    }
}
