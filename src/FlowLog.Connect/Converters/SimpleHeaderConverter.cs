using System.Buffers;
using System.Text;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>The default for headers: writes values as text and guesses their type from the text when reading.</summary>
public sealed class SimpleHeaderConverter : IHeaderConverter
{
    /// <inheritdoc/>
    public ConfigDefinition Definition => ConfigDefinition.Empty;

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
    }

    /// <inheritdoc/>
    public SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present)
            return SchemaAndValue.Null;

        return HeaderText.Parse(Encoding.UTF8.GetString(present.Span));
    }

    /// <inheritdoc/>
    public bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to)
    {
        if (value is null)
            return false;

        Encoding.UTF8.GetBytes(HeaderText.Of(value), to);
        return true;
    }
}
