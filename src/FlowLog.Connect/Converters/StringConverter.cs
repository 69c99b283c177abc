using System.Buffers;
using System.Text;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Text: whatever the value is, written as its text; read as an optional string.</summary>
public sealed class StringConverter : IConverter, IHeaderConverter
{
    private Encoding _encoding = Encoding.UTF8;

    /// <inheritdoc/>
    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("encoding", ConfigType.String, "The name of the character set that converts between text and bytes. Its use is discouraged: UTF-8 is what everybody reads.")
        {
            Default = "UTF-8",
            Importance = ConfigImportance.High,
        });

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var name = Definition.Parse(properties).Text("encoding");
        try
        {
            _encoding = name is "UTF8" or "UTF-8" ? Encoding.UTF8 : Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new ConfigException(ConfigRules.Invalid("encoding", name, "no such character set"));
        }
    }

    /// <inheritdoc/>
    public SchemaAndValue Read(string topic, ReadOnlyMemory<byte>? bytes) =>
        new(Schema.OptionalString, bytes is { } present ? _encoding.GetString(present.Span) : null);

    /// <inheritdoc/>
    public bool Write(string topic, Schema? schema, object? value, IBufferWriter<byte> to)
    {
        if (value is null)
            return false;

        _encoding.GetBytes(value as string ?? ValueText.Of(value), to);
        return true;
    }

    /// <inheritdoc/>
    public SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes) => Read(topic, bytes);

    /// <inheritdoc/>
    public bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to) => Write(topic, schema, value, to);
}
