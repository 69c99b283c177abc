namespace FlowLog.Protocol.Records;

/// <summary>Walks the headers of one record without allocation: <c>while (headers.MoveNext()) … headers.Key …</c></summary>
public ref struct RecordHeaderReader
{
    private readonly ReadOnlySpan<byte> _section;
    private int _position;
    private int _left;

    internal RecordHeaderReader(ReadOnlySpan<byte> section)
    {
        _section = section;
        Failed = !Varint.TryRead(section, ref _position, out int count) || count < 0;
        _left = Failed ? 0 : count;
        Count = _left;
    }

    /// <summary>How many headers the record says that it has.</summary>
    public int Count { get; }

    /// <summary>The name of the current header, in UTF-8.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The value of the current header.</summary>
    public NullableBytes Value { get; private set; }

    /// <summary>The bytes are not what a record's headers look like.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether every announced header was read and nothing is left over.</summary>
    internal readonly bool IsComplete => !Failed && _left == 0 && _position == _section.Length;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly RecordHeaderReader GetEnumerator() => this;

    /// <summary>The current header: this, with <see cref="Key"/> and <see cref="Value"/>.</summary>
    public readonly RecordHeaderReader Current => this;

    /// <summary>Moves to the next header; false at the end or after a failure.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;

        _left--;
        if (!TryTake(out var key) || key.IsNull || !TryTake(out var value))
        {
            Failed = true;
            _left = 0;
            return false;
        }

        Key = key.Span;
        Value = value;
        return true;
    }

    private bool TryTake(out NullableBytes bytes)
    {
        bytes = default;
        if (!Varint.TryRead(_section, ref _position, out int length) || length > _section.Length - _position)
            return false;

        if (length < 0)
            return true;

        bytes = _section.Slice(_position, length);
        _position += length;
        return true;
    }
}
