namespace FlowLog.Protocol.Wire;

/// <summary>
/// Record batches as they lie on the wire and on disk: bytes in memory, or a <see cref="RecordSource"/> that stands for bytes
/// elsewhere (a region of a file that is sent without being copied through the process), or null.
/// </summary>
public readonly struct RecordBytes : IEquatable<RecordBytes>
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly bool _hasMemory;

    /// <summary>Bytes in memory.</summary>
    public RecordBytes(ReadOnlyMemory<byte> memory) => (_memory, _hasMemory) = (memory, true);

    /// <summary>Bytes that lie elsewhere.</summary>
    public RecordBytes(RecordSource source) => Source = source ?? throw new ArgumentNullException(nameof(source));

    /// <summary>No records at all, which the wire tells apart from empty ones.</summary>
    public static RecordBytes Null => default;

    /// <summary>The bytes when they are in memory; empty when they are null or lie elsewhere.</summary>
    public ReadOnlyMemory<byte> Memory => _memory;

    /// <summary>Where the bytes lie when they are not in memory.</summary>
    public RecordSource? Source { get; }

    /// <summary>Whether there are neither bytes nor a source.</summary>
    public bool IsNull => !_hasMemory && Source is null;

    /// <summary>The number of bytes; 0 for null.</summary>
    public int Length => Source?.Length ?? _memory.Length;

    /// <summary>Bytes in memory as records.</summary>
    public static implicit operator RecordBytes(ReadOnlyMemory<byte> memory) => new(memory);

    /// <summary>Bytes in memory as records; a null array is <see cref="Null"/>.</summary>
    public static implicit operator RecordBytes(byte[]? bytes) => bytes is null ? Null : new RecordBytes(bytes.AsMemory());

    /// <summary>Whether both hold the same bytes in memory, or the same source.</summary>
    public static bool operator ==(RecordBytes left, RecordBytes right) => left.Equals(right);

    /// <summary>The opposite of <c>==</c>.</summary>
    public static bool operator !=(RecordBytes left, RecordBytes right) => !left.Equals(right);

    /// <summary>The bytes in a new array; a copy.</summary>
    public byte[] ToArray()
    {
        if (Source is null)
            return _memory.ToArray();

        var bytes = new byte[Source.Length];
        Source.CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(RecordBytes other) =>
        IsNull == other.IsNull && ReferenceEquals(Source, other.Source) && _memory.Span.SequenceEqual(other._memory.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordBytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, Source);

    /// <inheritdoc/>
    public override string ToString() => IsNull ? "null" : $"{Length} bytes";
}

/// <summary>Bytes that are not in memory but can be counted at once and copied when needed.</summary>
public abstract class RecordSource
{
    /// <summary>The exact number of bytes; it does not change once the source is part of a message.</summary>
    public abstract int Length { get; }

    /// <summary>Copies all bytes; <paramref name="destination"/> has room for <see cref="Length"/>.</summary>
    public abstract void CopyTo(Span<byte> destination);
}

/// <summary>A place in written bytes at which the bytes of a source belong.</summary>
/// <param name="Position">The number of written bytes in front of it.</param>
/// <param name="Source">The bytes to put there.</param>
public readonly record struct Splice(int Position, RecordSource Source);
