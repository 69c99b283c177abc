namespace FlowLog.Protocol.Records;

/// <summary>Bytes or null, without an object: null and empty are different keys and values. The default is null.</summary>
public readonly ref struct NullableBytes
{
    /// <summary>Present bytes, possibly none.</summary>
    public NullableBytes(ReadOnlySpan<byte> span)
    {
        Span = span;
        IsPresent = true;
    }

    /// <summary>The bytes; empty when null.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>Whether there are bytes, possibly none.</summary>
    public bool IsPresent { get; }

    /// <summary>Whether this is null.</summary>
    public bool IsNull => !IsPresent;

    /// <summary>Null.</summary>
    public static NullableBytes Null => default;

    /// <summary>Length as it stands in a record: -1 for null.</summary>
    internal int WireLength => IsPresent ? Span.Length : -1;

    /// <summary>Present bytes.</summary>
    public static implicit operator NullableBytes(ReadOnlySpan<byte> span) => new(span);

    /// <summary>Present bytes.</summary>
    public static implicit operator NullableBytes(Span<byte> span) => new(span);

    /// <summary>Null for a null array.</summary>
    public static implicit operator NullableBytes(byte[]? array) => array is null ? default : new(array);

    /// <summary>Null for no memory.</summary>
    public static implicit operator NullableBytes(ReadOnlyMemory<byte>? memory) => memory is { } present ? new(present.Span) : default;

    /// <summary>A copy; null when null.</summary>
    public byte[]? ToArray() => IsPresent ? Span.ToArray() : null;
}
