using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Errors;

namespace FlowLog.Protocol.Wire;

/// <summary>
/// Writes the wire's types into a buffer that grows and comes from a pool. Records that lie elsewhere are not copied in: their
/// place is kept in <see cref="Splices"/>, and whoever sends the bytes sends the source at that place. Not thread-safe.
/// Dispose it once the written bytes are no longer used: the buffer returns to the pool.
/// </summary>
public sealed class WireWriter : IDisposable
{
    private const int SmallestBuffer = 256;

    private readonly List<Splice> _splices = [];
    private byte[] _buffer;
    private int _length;
    private int _spliced;

    /// <summary>An empty writer.</summary>
    /// <param name="capacity">The bytes expected; more is taken when needed.</param>
    public WireWriter(int capacity = SmallestBuffer) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, SmallestBuffer));

    /// <summary>The number of bytes in the buffer, without those that lie elsewhere.</summary>
    public int Length => _length;

    /// <summary>The number of bytes on the wire: the buffer's and those of all splices.</summary>
    public int TotalLength => _length + _spliced;

    /// <summary>The bytes in the buffer; valid until the next write, <see cref="Reset"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>The bytes in the buffer; valid until the next write, <see cref="Reset"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>Where bytes that lie elsewhere belong, by ascending position in the buffer.</summary>
    public IReadOnlyList<Splice> Splices => _splices;

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset()
    {
        _splices.Clear();
        (_length, _spliced) = (0, 0);
    }

    /// <summary>Returns the buffer to the pool; the writer is not used afterwards.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        Reset();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>All bytes, those of the splices included, in a new array.</summary>
    public byte[] ToArray()
    {
        var all = new byte[TotalLength];
        var (from, to) = (0, 0);
        foreach (var splice in _splices)
        {
            WrittenSpan[from..splice.Position].CopyTo(all.AsSpan(to));
            to += splice.Position - from;
            from = splice.Position;
            splice.Source.CopyTo(all.AsSpan(to, splice.Source.Length));
            to += splice.Source.Length;
        }

        WrittenSpan[from..].CopyTo(all.AsSpan(to));
        return all;
    }

    /// <summary>Room for <paramref name="count"/> bytes at the end, counted as written; the caller fills it at once.</summary>
    public Span<byte> Extend(int count)
    {
        if (_buffer.Length - _length < count)
            Grow(count);

        var room = _buffer.AsSpan(_length, count);
        _length += count;
        return room;
    }

    /// <summary>Overwrites four bytes, such as a size that is known only at the end.</summary>
    public void PatchInt32(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(0, _length)[position..], value);

    /// <summary>One byte, 1 for true.</summary>
    public void WriteBoolean(bool value) => Extend(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>A signed byte.</summary>
    public void WriteInt8(sbyte value) => Extend(1)[0] = (byte)value;

    /// <summary>A signed number of 16 bits.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Extend(sizeof(short)), value);

    /// <summary>An unsigned number of 16 bits.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Extend(sizeof(ushort)), value);

    /// <summary>A signed number of 32 bits.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Extend(sizeof(int)), value);

    /// <summary>A signed number of 64 bits.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Extend(sizeof(long)), value);

    /// <summary>A floating-point number of 64 bits.</summary>
    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Extend(sizeof(double)), value);

    /// <summary>An identifier of 16 bytes, big endian.</summary>
    public void WriteUuid(Guid value) => value.TryWriteBytes(Extend(16), bigEndian: true, out _);

    /// <summary>An error code.</summary>
    public void WriteError(ErrorCode value) => WriteInt16((short)value);

    /// <summary>An unsigned variable-length number.</summary>
    public void WriteUnsignedVarint(uint value) => _length += Varint.WriteUnsigned(Room(Varint.MaxLength32), value);

    /// <summary>A zig-zagged variable-length number.</summary>
    public void WriteVarint(int value) => _length += Varint.Write(Room(Varint.MaxLength32), value);

    /// <summary>A zig-zagged variable-length number.</summary>
    public void WriteVarlong(long value) => _length += Varint.Write(Room(Varint.MaxLength64), value);

    /// <summary>Bytes as they are, without a length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    /// <summary>A string.</summary>
    /// <exception cref="ArgumentException">The string takes more than 32,767 bytes, which no reader accepts.</exception>
    public void WriteString(string value, bool flexible)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > short.MaxValue)
            throw new ArgumentException($"A string on the wire has at most {short.MaxValue} bytes; this one has {length}.", nameof(value));

        if (flexible)
            WriteUnsignedVarint((uint)length + 1);
        else
            WriteInt16((short)length);
        Encoding.UTF8.GetBytes(value, Extend(length));
    }

    /// <summary>A string, or null.</summary>
    public void WriteNullableString(string? value, bool flexible)
    {
        if (value is not null)
            WriteString(value, flexible);
        else if (flexible)
            WriteUnsignedVarint(0);
        else
            WriteInt16(-1);
    }

    /// <summary>Bytes with their length.</summary>
    public void WriteBytes(ReadOnlyMemory<byte> value, bool flexible)
    {
        WriteCount(value.Length, flexible);
        WriteRaw(value.Span);
    }

    /// <summary>Bytes with their length, or null.</summary>
    public void WriteNullableBytes(ReadOnlyMemory<byte>? value, bool flexible)
    {
        if (value is { } bytes)
            WriteBytes(bytes, flexible);
        else
            WriteCount(-1, flexible);
    }

    /// <summary>Record batches with their length: copied when in memory, spliced when they lie elsewhere.</summary>
    public void WriteRecords(RecordBytes value, bool flexible)
    {
        WriteCount(value.Length, flexible);
        if (value.Source is null)
            WriteRaw(value.Memory.Span);
        else
            WriteSplice(value.Source);
    }

    /// <summary>Record batches with their length, or null.</summary>
    public void WriteNullableRecords(RecordBytes value, bool flexible)
    {
        if (value.IsNull)
            WriteCount(-1, flexible);
        else
            WriteRecords(value, flexible);
    }

    /// <summary>Keeps the place for bytes that lie elsewhere.</summary>
    public void WriteSplice(RecordSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _splices.Add(new Splice(_length, source));
        _spliced += source.Length;
    }

    /// <summary>The number of elements or bytes that follow; -1 is null.</summary>
    public void WriteCount(int count, bool flexible)
    {
        if (flexible)
            WriteUnsignedVarint((uint)(count + 1));
        else
            WriteInt32(count);
    }

    /// <summary>Whether a struct that may be null follows.</summary>
    public void WritePresence(bool present) => WriteInt8(present ? (sbyte)1 : (sbyte)-1);

    /// <summary>Whether a struct that may be null follows, inside of a tagged field: 0 is null there and not -1.</summary>
    public void WriteTaggedPresence(bool present) => WriteUnsignedVarint(present ? 1u : 0u);

    /// <summary>The number of tagged fields that follow.</summary>
    public void WriteTagCount(int count) => WriteUnsignedVarint((uint)count);

    /// <summary>Starts a tagged field; what is written until <see cref="EndTag"/> is its body, without splices. Fields ascend by tag.</summary>
    public int BeginTag(uint tag)
    {
        WriteUnsignedVarint(tag);
        Extend(1);
        return _length;
    }

    /// <summary>Puts the size in front of the body that began at <paramref name="body"/>, moving the body when the size takes more than one byte.</summary>
    public void EndTag(int body)
    {
        var size = _length - body;
        var extra = Varint.LengthOfUnsigned((uint)size) - 1;
        if (extra > 0)
        {
            Extend(extra);
            _buffer.AsSpan(body, size).CopyTo(_buffer.AsSpan(body + extra));
        }

        Varint.WriteUnsigned(_buffer.AsSpan(body - 1), (uint)size);
    }

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - _length < count)
            Grow(count);
        return _buffer.AsSpan(_length, count);
    }

    private void Grow(int count)
    {
        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_buffer.Length * 2, (long)_length + count)));
        WrittenSpan.CopyTo(bigger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
    }
}
