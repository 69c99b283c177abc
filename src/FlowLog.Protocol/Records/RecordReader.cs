namespace FlowLog.Protocol.Records;

/// <summary>
/// Walks the records of one batch, in place and without allocation:
/// <c>while (records.MoveNext()) Use(records.Current); if (records.Failed) …</c>. The records are uncompressed; see
/// <see cref="BatchContent"/> for those that are not.
/// </summary>
public ref struct RecordReader
{
    private readonly ReadOnlySpan<byte> _records;
    private readonly long _baseOffset;
    private readonly long _baseTimestamp;
    private readonly long _appendTime;
    private readonly bool _isAppendTime;
    private int _position;
    private int _left;

    private int _offsetDelta;
    private long _timestamp;
    private NullableBytes _key;
    private NullableBytes _value;
    private ReadOnlySpan<byte> _headers;

    /// <summary>Walks <paramref name="records"/>, which follow (decompressed) on <paramref name="header"/>.</summary>
    public RecordReader(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        _records = records;
        _baseOffset = header.BaseOffset;
        _baseTimestamp = header.BaseTimestamp;
        _appendTime = header.MaxTimestamp;
        _isAppendTime = header.IsLogAppendTime;
        _left = header.RecordCount;
        Failed = header.RecordCount < 0;
    }

    /// <summary>The bytes are not what records look like, or are fewer than announced.</summary>
    public bool Failed { get; private set; }

    /// <summary>It failed where a record should begin, over a number that has no end.</summary>
    public bool FailedOverLength { get; private set; }

    /// <summary>Bytes behind the last record that was read.</summary>
    public readonly int Surplus => _records.Length - _position;

    /// <summary>The record that <see cref="MoveNext"/> found.</summary>
    public readonly RecordView Current => new(_baseOffset + _offsetDelta, _timestamp, _key, _value, _headers);

    /// <summary>Offset of the current record relative to the batch.</summary>
    public readonly int OffsetDelta => _offsetDelta;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly RecordReader GetEnumerator() => this;

    /// <summary>Moves to the next record; false at the end or after a failure.</summary>
    public bool MoveNext()
    {
        if (_left <= 0)
            return false;

        _left--;
        if (TryReadRecord())
            return true;

        Failed = true;
        _left = 0;
        return false;
    }

    private bool TryReadRecord()
    {
        var source = _records;
        var position = _position;
        if (!Varint.TryRead(source, ref position, out int length))
        {
            FailedOverLength = position - _position == Varint.MaxSize32;
            return false;
        }

        if (length < 1 || length > source.Length - position)
            return false;

        var record = source.Slice(position, length);
        _position = position + length;

        position = 1; // the record's attributes, which nobody uses
        if (!Varint.TryRead(record, ref position, out long timestampDelta)
            || !Varint.TryRead(record, ref position, out _offsetDelta)
            || !TryTake(record, ref position, out _key)
            || !TryTake(record, ref position, out _value)
            || position >= record.Length)
            return false;

        _timestamp = _isAppendTime ? _appendTime : _baseTimestamp + timestampDelta;
        _headers = record[position..];

        // One zero byte is no headers: nearly every record there is.
        return _headers.Length == 1 ? _headers[0] == 0 : HeadersAreWhole(_headers);
    }

    private static bool TryTake(ReadOnlySpan<byte> record, scoped ref int position, out NullableBytes bytes)
    {
        bytes = default;
        if (!Varint.TryRead(record, ref position, out int length) || length > record.Length - position)
            return false;

        // -1 is what is written for null; every other negative length is read as that too.
        if (length < 0)
            return true;

        bytes = record.Slice(position, length);
        position += length;
        return true;
    }

    private static bool HeadersAreWhole(ReadOnlySpan<byte> section)
    {
        var headers = new RecordHeaderReader(section);
        while (headers.MoveNext())
        {
        }

        return headers.IsComplete;
    }
}
