using System.Buffers;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Passes bytes through unchanged.</summary>
public sealed class ByteArrayConverter : IConverter, IHeaderConverter
{
    /// <inheritdoc/>
    public ConfigDefinition Definition => ConfigDefinition.Empty;

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
    }

    /// <inheritdoc/>
    public SchemaAndValue Read(string topic, ReadOnlyMemory<byte>? bytes) => new(Schema.OptionalBytes, bytes?.ToArray());

    /// <inheritdoc/>
    public bool Write(string topic, Schema? schema, object? value, IBufferWriter<byte> to)
    {
        if (schema is not null && schema.Type != SchemaType.Bytes)
            throw new DataException($"Invalid schema type for ByteArrayConverter: {schema.Type.WireName()}");
        if (value is null)
            return false;
        if (value is not byte[] bytes)
            throw new DataException($"ByteArrayConverter is not compatible with objects of type {value.GetType().Name}");

        to.Write(bytes);
        return true;
    }

    /// <inheritdoc/>
    public SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes) => Read(topic, bytes);

    /// <inheritdoc/>
    public bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to) => Write(topic, schema, value, to);
}
