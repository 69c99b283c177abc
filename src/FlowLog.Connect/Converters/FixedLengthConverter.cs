using System.Buffers;
using System.Buffers.Binary;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>A value of fixed length, big endian.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public abstract class FixedLengthConverter<T> : IConverter, IHeaderConverter
    where T : struct
{
    /// <inheritdoc/>
    public ConfigDefinition Definition => ConfigDefinition.Empty;

    private protected abstract Schema Schema { get; }

    private protected abstract int Size { get; }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
    }

    /// <inheritdoc/>
    public SchemaAndValue Read(string topic, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present)
            return new SchemaAndValue(Schema, null);
        if (present.Length != Size)
            throw new DataException($"Failed to deserialize {typeof(T).Name}: {present.Length} bytes in topic {topic} where {Size} were expected.");

        return new SchemaAndValue(Schema, Read(present.Span));
    }

    /// <inheritdoc/>
    public bool Write(string topic, Schema? schema, object? value, IBufferWriter<byte> to)
    {
        if (value is null)
            return false;
        if (value is not T number)
            throw new DataException($"Failed to serialize to {typeof(T).Name}: the value is of type {value.GetType().Name}.");

        Write(number, to.GetSpan(Size));
        to.Advance(Size);
        return true;
    }

    /// <inheritdoc/>
    public SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes) => Read(topic, bytes);

    /// <inheritdoc/>
    public bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to) => Write(topic, schema, value, to);

    private protected abstract T Read(ReadOnlySpan<byte> bytes);

    private protected abstract void Write(T value, Span<byte> to);
}

/// <summary>One byte: 0 or 1.</summary>
public sealed class BooleanConverter : FixedLengthConverter<bool>
{
    private protected override Schema Schema => Schema.OptionalBoolean;

    private protected override int Size => 1;

    private protected override bool Read(ReadOnlySpan<byte> bytes) => bytes[0] switch
    {
        0 => false,
        1 => true,
        _ => throw new DataException($"Failed to deserialize Boolean: the byte is {bytes[0]}."),
    };

    private protected override void Write(bool value, Span<byte> to) => to[0] = value ? (byte)1 : (byte)0;
}

/// <summary>16 bits.</summary>
public sealed class ShortConverter : FixedLengthConverter<short>
{
    private protected override Schema Schema => Schema.OptionalInt16;

    private protected override int Size => sizeof(short);

    private protected override short Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16BigEndian(bytes);

    private protected override void Write(short value, Span<byte> to) => BinaryPrimitives.WriteInt16BigEndian(to, value);
}

/// <summary>32 bits.</summary>
public sealed class IntegerConverter : FixedLengthConverter<int>
{
    private protected override Schema Schema => Schema.OptionalInt32;

    private protected override int Size => sizeof(int);

    private protected override int Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    private protected override void Write(int value, Span<byte> to) => BinaryPrimitives.WriteInt32BigEndian(to, value);
}

/// <summary>64 bits.</summary>
public sealed class LongConverter : FixedLengthConverter<long>
{
    private protected override Schema Schema => Schema.OptionalInt64;

    private protected override int Size => sizeof(long);

    private protected override long Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);

    private protected override void Write(long value, Span<byte> to) => BinaryPrimitives.WriteInt64BigEndian(to, value);
}

/// <summary>32 bits, IEEE 754.</summary>
public sealed class FloatConverter : FixedLengthConverter<float>
{
    private protected override Schema Schema => Schema.OptionalFloat32;

    private protected override int Size => sizeof(float);

    private protected override float Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleBigEndian(bytes);

    private protected override void Write(float value, Span<byte> to) => BinaryPrimitives.WriteSingleBigEndian(to, value);
}

/// <summary>64 bits, IEEE 754.</summary>
public sealed class DoubleConverter : FixedLengthConverter<double>
{
    private protected override Schema Schema => Schema.OptionalFloat64;

    private protected override int Size => sizeof(double);

    private protected override double Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleBigEndian(bytes);

    private protected override void Write(double value, Span<byte> to) => BinaryPrimitives.WriteDoubleBigEndian(to, value);
}
