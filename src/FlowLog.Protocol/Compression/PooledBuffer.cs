using System.Buffers;

namespace FlowLog.Protocol.Compression;

/// <summary>
/// A growing buffer from the array pool, to be used again and again by one owner. What was read from it is invalid after
/// <see cref="Clear"/>, any growth, and <see cref="Dispose"/>.
/// </summary>
/// <param name="mapsLarge">
/// Whether a very large one comes from the operating system and goes back there. A span that is used too long then ends the process, so this is for owners who
/// hand out none.
/// </param>
public sealed class PooledBuffer(bool mapsLarge) : IBufferWriter<byte>, IDisposable
{
    private const int SmallestGrowth = 256;

    /// <summary>What more is needed at a time is seldom, and the pool would keep it for every thread that ever gave it back.</summary>
    private const int LargestPooled = 4 * 1024 * 1024;

    private byte[] _array = [];
    private MappedMemory? _mapped;

    /// <summary>A buffer from the array pool, whatever its size.</summary>
    public PooledBuffer()
        : this(mapsLarge: false)
    {
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that fit without growing.</summary>
    public int Capacity => _mapped?.Length ?? _array.Length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _mapped is null ? _array.AsSpan(0, Length) : _mapped.GetSpan()[..Length];

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => WritableMemory;

    /// <summary>What was written, to be patched.</summary>
    public Memory<byte> WritableMemory => _mapped is null ? _array.AsMemory(0, Length) : _mapped.Memory[..Length];

    /// <summary>Forgets what was written and keeps the room.</summary>
    public void Clear() => Length = 0;

    /// <summary>Forgets what was written from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Capacity - Length));
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _mapped is null ? _array.AsMemory(Length) : _mapped.Memory[Length..];
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _mapped is null ? _array.AsSpan(Length) : _mapped.GetSpan()[Length..];
    }

    /// <summary>Copies bytes to the end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Makes room for at least <paramref name="bytes"/> more.</summary>
    public void Reserve(int bytes)
    {
        if (Capacity - Length < Math.Max(bytes, 1))
            Grow(Math.Max(bytes, SmallestGrowth));
    }

    /// <summary>Gives the room back to the pool; the buffer may be used again and starts empty.</summary>
    public void Dispose()
    {
        Length = 0;
        ((IDisposable?)_mapped)?.Dispose();
        _mapped = null;
        ReturnArray();
    }

    private void Grow(int bytes)
    {
        var capacity = Math.Max(checked(Length + bytes), (int)Math.Min(2L * Capacity, Array.MaxLength));
        if (_mapped is not null)
            _mapped.GrowTo(capacity);
        else if (mapsLarge && capacity > LargestPooled && MappedMemory.IsSupported)
            MoveToMapped(capacity);
        else
            MoveToArray(capacity);
    }

    private void MoveToArray(int capacity)
    {
        var larger = ArrayPool<byte>.Shared.Rent(capacity);
        WrittenSpan.CopyTo(larger);
        ReturnArray();
        _array = larger;
    }

    private void MoveToMapped(int capacity)
    {
        var mapped = new MappedMemory(capacity);
        WrittenSpan.CopyTo(mapped.GetSpan());
        ReturnArray();
        _mapped = mapped;
    }

    private void ReturnArray()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
    }
}
