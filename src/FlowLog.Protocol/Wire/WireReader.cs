using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Errors;

namespace FlowLog.Protocol.Wire;

/// <summary>
/// Reads the wire's types from a piece of memory. The first problem sticks: from then on every read returns a default, and
/// <see cref="Problem"/> says what was wrong and where. So a message is read without a branch after each field, and the caller
/// asks once. No length or count from the wire is trusted: each is held against the bytes that remain before anything is allocated.
/// </summary>
/// <param name="source">The bytes; those of <c>bytes</c> and <c>records</c> fields stay slices of it.</param>
public ref struct WireReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;
    private readonly ReadOnlySpan<byte> _span = source.Span;
    private int _position;

    /// <summary>The number of bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>The number of bytes not yet read; 0 after a failure.</summary>
    public readonly int Remaining => Failed ? 0 : _span.Length - _position;

    /// <summary>Whether something could not be read.</summary>
    public readonly bool Failed => Problem is not null;

    /// <summary>What could not be read, as half a sentence with its position; null as long as all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Declares the bytes bad. The first call wins.</summary>
    public void Fail(string problem) => Problem ??= $"{problem} (at byte {_position} of {_span.Length})";

    /// <summary>One byte, as a truth value.</summary>
    public bool ReadBoolean() => Take(1) is [var value] && value != 0;

    /// <summary>A signed byte.</summary>
    public sbyte ReadInt8() => Take(1) is [var value] ? (sbyte)value : (sbyte)0;

    /// <summary>A signed number of 16 bits.</summary>
    public short ReadInt16() => BinaryPrimitives.TryReadInt16BigEndian(Take(sizeof(short)), out var value) ? value : (short)0;

    /// <summary>An unsigned number of 16 bits.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.TryReadUInt16BigEndian(Take(sizeof(ushort)), out var value) ? value : (ushort)0;

    /// <summary>A signed number of 32 bits.</summary>
    public int ReadInt32() => BinaryPrimitives.TryReadInt32BigEndian(Take(sizeof(int)), out var value) ? value : 0;

    /// <summary>A signed number of 64 bits.</summary>
    public long ReadInt64() => BinaryPrimitives.TryReadInt64BigEndian(Take(sizeof(long)), out var value) ? value : 0;

    /// <summary>A floating-point number of 64 bits.</summary>
    public double ReadFloat64() => BinaryPrimitives.TryReadDoubleBigEndian(Take(sizeof(double)), out var value) ? value : 0;

    /// <summary>An identifier of 16 bytes, big endian.</summary>
    public Guid ReadUuid() => Take(16) is { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : Guid.Empty;

    /// <summary>An error code.</summary>
    public ErrorCode ReadError() => (ErrorCode)ReadInt16();

    /// <summary>An unsigned variable-length number of at most 32 bits.</summary>
    public uint ReadUnsignedVarint()
    {
        if (Failed)
            return 0;

        var length = Varint.ReadUnsigned(_span[_position..], out uint value);
        if (length == 0)
            Fail("a variable-length number does not end");

        _position += length;
        return Failed ? 0 : value;
    }

    /// <summary>A zig-zagged variable-length number of at most 32 bits.</summary>
    public int ReadVarint()
    {
        var raw = ReadUnsignedVarint();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    /// <summary>A zig-zagged variable-length number of at most 64 bits.</summary>
    public long ReadVarlong()
    {
        if (Failed)
            return 0;

        var length = Varint.Read(_span[_position..], out long value);
        if (length == 0)
            Fail("a variable-length number does not end");

        _position += length;
        return Failed ? 0 : value;
    }

    /// <summary>A string that is there; null is a failure.</summary>
    public string ReadString(bool flexible) => ReadNullableString(flexible) ?? NotNull("string") ?? "";

    /// <summary>A string, or null.</summary>
    public string? ReadNullableString(bool flexible)
    {
        var length = flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt16();
        if (length > short.MaxValue)
            Fail($"a string of {length} bytes, where {short.MaxValue} are the most");
        if (Failed || IsNull(length, "string"))
            return null;

        var bytes = Take(length);
        return bytes.IsEmpty ? "" : Decode(bytes);
    }

    // Each byte that is no UTF-8 becomes a character of three, so what fitted may be too long to be told to anybody again.
    private string? Decode(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (bytes.Length <= short.MaxValue / 3 || Encoding.UTF8.GetByteCount(text) <= short.MaxValue)
            return text;

        Fail($"a string of {bytes.Length} bytes that are not UTF-8");
        return null;
    }

    /// <summary>Bytes that are there, as a slice of the source; null is a failure.</summary>
    public ReadOnlyMemory<byte> ReadBytes(bool flexible)
    {
        var bytes = ReadNullableBytes(flexible);
        if (bytes is null)
            NotNull("bytes");
        return bytes.GetValueOrDefault();
    }

    /// <summary>Bytes as a slice of the source, or null.</summary>
    public ReadOnlyMemory<byte>? ReadNullableBytes(bool flexible)
    {
        var length = flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt32();
        // Not "? null :", which would make the null an empty memory by way of a null array.
        return Failed || IsNull(length, "bytes") ? default(ReadOnlyMemory<byte>?) : TakeMemory(length);
    }

    /// <summary>Record batches that are there, as a slice of the source; null is a failure.</summary>
    public RecordBytes ReadRecords(bool flexible) => ReadBytes(flexible);

    /// <summary>Record batches as a slice of the source, or null.</summary>
    public RecordBytes ReadNullableRecords(bool flexible) => ReadNullableBytes(flexible) is { } bytes ? new RecordBytes(bytes) : RecordBytes.Null;

    /// <summary>
    /// The number of elements of an array, or -1 for null. A count whose elements could not fit into the bytes that remain, each
    /// taking <paramref name="smallestElement"/>, is a failure and comes back as 0 before anybody allocates for it.
    /// </summary>
    public int ReadCount(bool flexible, int smallestElement, bool nullable)
    {
        var count = flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt32();
        if (Failed)
            return 0;

        // Any negative count is null to Kafka where null may be.
        if (count < 0 && nullable)
            return -1;

        if (count < 0)
            Fail(count == -1 ? "an array is null that may not be" : $"an array of {count} elements");
        else if ((long)count * smallestElement > Remaining)
            Fail($"an array of {count} elements does not fit into the {Remaining} bytes that are left");

        return Failed ? 0 : count;
    }

    /// <summary>Whether a struct that may be null is there.</summary>
    public bool ReadPresence() => ReadInt8() >= 0 && !Failed;

    /// <summary>Whether a struct that may be null is there, inside of a tagged field: 0 is null there and not -1.</summary>
    public bool ReadTaggedPresence() => ReadUnsignedVarint() > 0;

    /// <summary>The number of tagged fields that follow.</summary>
    public int ReadTagCount()
    {
        var count = ReadUnsignedVarint();
        if (count > Remaining / 2)
            Fail($"{count} tagged fields do not fit into the {Remaining} bytes that are left");
        return Failed ? 0 : (int)count;
    }

    /// <summary>The tag of the next tagged field, and the position at which it ends.</summary>
    public uint ReadTag(out int end)
    {
        var tag = ReadUnsignedVarint();
        var size = ReadUnsignedVarint();
        if (size > Remaining)
            Fail($"tagged field {tag} of {size} bytes does not fit into the {Remaining} bytes that are left");
        end = Failed ? _position : _position + (int)size;
        return Failed ? uint.MaxValue : tag;
    }

    /// <summary>Checks that a tagged field took exactly the bytes it announced.</summary>
    public void EndTag(int end)
    {
        if (_position != end && !Failed)
            Fail($"a tagged field was to end at byte {end}");
    }

    /// <summary>Passes over a tagged field that this version of the schema does not know.</summary>
    public void SkipTo(int end)
    {
        if (!Failed)
            _position = end;
    }

    /// <summary>Passes over all tagged fields at this place.</summary>
    public void SkipTags()
    {
        for (var count = ReadTagCount(); count > 0 && !Failed; count--)
        {
            ReadTag(out var end);
            SkipTo(end);
        }
    }

    /// <summary>The next bytes as a slice of the source, unchecked by any length on the wire.</summary>
    public ReadOnlyMemory<byte> TakeMemory(int length)
    {
        var start = _position;
        return Take(length).Length == length && !Failed ? _source.Slice(start, length) : default;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining)
        {
            Fail($"{length} bytes are needed and {Remaining} are left");
            return default;
        }

        var taken = _span.Slice(_position, length);
        _position += length;
        return taken;
    }

    private bool IsNull(int length, string what)
    {
        if (length < -1)
            Fail($"{what} of length {length}");
        return length < 0;
    }

    private string? NotNull(string what)
    {
        Fail($"{what} is null that may not be");
        return null;
    }
}
