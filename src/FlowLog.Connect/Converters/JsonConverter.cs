using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>
/// JSON: with <c>schemas.enable</c> (the default) an envelope of exactly <c>schema</c> and <c>payload</c>, otherwise plain JSON, in which
/// objects become maps, whole numbers <see cref="long"/> and other numbers <see cref="double"/>. Not thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The JSON writer is kept only to be reused; it holds nothing between calls.")]
public sealed class JsonConverter : IConverter, IHeaderConverter
{
    private const string NotAnEnvelope =
        "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not contain additional fields. "
        + "If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.";

    private static readonly JsonWriterOptions s_writerOptions = new()
    {
        SkipValidation = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = 512 };

    private JsonSchemas _schemas = new(1000);
    private JsonValueReader _values = new(true);
    private JsonValueWriter _writer = new(false, true);
    private Utf8JsonWriter? _json;
    private Schema? _fixedSchema;
    private bool _schemasEnabled = true;

    /// <inheritdoc/>
    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("schemas.enable", ConfigType.Boolean, "Include schemas within each of the serialized values and keys.")
        {
            Default = true, Importance = ConfigImportance.High, Group = "Schemas", Order = 0, Width = ConfigWidth.Medium, DisplayName = "Enable Schemas",
        },
        new ConfigKey("schemas.cache.size", ConfigType.Int, "The maximum number of schemas that can be cached in this converter instance.")
        {
            Default = 1000, Importance = ConfigImportance.High, Group = "Schemas", Order = 1, Width = ConfigWidth.Medium, DisplayName = "Schema Cache Size",
            Rule = ConfigRules.AtLeast(0),
        },
        new ConfigKey("schema.content", ConfigType.String, "A JSON schema for all messages; those within messages are then ignored. For sinks, with schemas.enable.")
        {
            Importance = ConfigImportance.High, Group = "Schemas", Order = 2, Width = ConfigWidth.Medium, DisplayName = "Schema Content",
        },
        new ConfigKey("decimal.format", ConfigType.String, "How decimals are written: BASE64 (default) or NUMERIC.")
        {
            Default = "BASE64", Importance = ConfigImportance.Low, Group = "Serialization", Order = 0, Width = ConfigWidth.Medium,
            DisplayName = "Decimal Format", Rule = ConfigRules.OneOf("BASE64", "NUMERIC"),
        },
        new ConfigKey("replace.null.with.default", ConfigType.Boolean, "Whether fields that are null are given the default that their schema has.")
        {
            Default = true, Importance = ConfigImportance.Low, Group = "Serialization", Order = 1, Width = ConfigWidth.Medium,
            DisplayName = "Replace null with default",
        });

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        var replaceNull = config.Flag("replace.null.with.default");
        var numeric = config.Text("decimal.format").Equals("NUMERIC", StringComparison.OrdinalIgnoreCase);

        _schemasEnabled = config.Flag("schemas.enable");
        _schemas = new JsonSchemas(config.Int("schemas.cache.size"));
        _values = new JsonValueReader(replaceNull);
        _writer = new JsonValueWriter(numeric, replaceNull);
        _fixedSchema = config.NonEmptyText("schema.content") is { } content
            ? _schemas.Read(System.Text.Encoding.UTF8.GetBytes(content))
            : null;
    }

    /// <inheritdoc/>
    public SchemaAndValue Read(string topic, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present)
            return SchemaAndValue.Null;

        try
        {
            return _schemasEnabled ? ReadWithSchema(present.Span) : new SchemaAndValue(null, ReadPlain(present.Span));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new DataException($"Converting byte[] to Kafka Connect data failed due to serialization error: {problem.Message}", problem);
        }
    }

    /// <inheritdoc/>
    public bool Write(string topic, Schema? schema, object? value, IBufferWriter<byte> to)
    {
        if (schema is null && value is null)
            return false;

        if (_json is null)
            _json = new Utf8JsonWriter(to, s_writerOptions);
        else
            _json.Reset(to);

        if (_schemasEnabled)
        {
            _json.WriteStartObject();
            _json.WritePropertyName("schema"u8);
            if (schema is null)
                _json.WriteNullValue();
            else
                _json.WriteRawValue(_schemas.Text(schema), skipInputValidation: true);
            _json.WritePropertyName("payload"u8);
            _writer.Write(_json, schema, value);
            _json.WriteEndObject();
        }
        else
        {
            _writer.Write(_json, schema, value);
        }

        _json.Flush();
        return true;
    }

    /// <inheritdoc/>
    public SchemaAndValue ReadHeader(string topic, string name, ReadOnlyMemory<byte>? bytes) => Read(topic, bytes);

    /// <inheritdoc/>
    public bool WriteHeader(string topic, string name, Schema? schema, object? value, IBufferWriter<byte> to) => Write(topic, schema, value, to);

    private SchemaAndValue ReadWithSchema(ReadOnlySpan<byte> bytes)
    {
        if (_fixedSchema is not null)
            return new SchemaAndValue(_fixedSchema, ReadBySchema(_fixedSchema, bytes));

        var (schemaText, payloadText) = Envelope(bytes);
        if (schemaText.SequenceEqual("null"u8))
            return new SchemaAndValue(null, ReadPlain(payloadText));

        var schema = _schemas.Read(schemaText);
        return new SchemaAndValue(schema, ReadBySchema(schema, payloadText));
    }

    private object? ReadBySchema(Schema schema, ReadOnlySpan<byte> payload)
    {
        var json = new Utf8JsonReader(payload, s_readerOptions);
        json.Read();
        var value = _values.Read(ref json, schema, "payload");
        ExpectEnd(ref json);
        return value;
    }

    private static object? ReadPlain(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes, s_readerOptions);
        json.Read();
        var value = JsonValueReader.ReadPlain(ref json);
        ExpectEnd(ref json);
        return value;
    }

    private static void ExpectEnd(ref Utf8JsonReader json)
    {
        if (json.Read())
            throw new JsonException("there is more after the value");
    }

    // The two members in any order, each as the bytes it was written with.
    private static EnvelopeText Envelope(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes, s_readerOptions);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw new DataException(NotAnEnvelope);

        ReadOnlySpan<byte> schema = default, payload = default;
        var members = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isSchema = json.ValueTextEquals("schema"u8);
            if (!isSchema && !json.ValueTextEquals("payload"u8))
                throw new DataException(NotAnEnvelope);

            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            var text = bytes[start..(int)json.BytesConsumed];
            if (isSchema)
                schema = text;
            else
                payload = text;
            members++;
        }

        ExpectEnd(ref json);
        return members == 2 && !schema.IsEmpty && !payload.IsEmpty ? new EnvelopeText(schema, payload) : throw new DataException(NotAnEnvelope);
    }

    private readonly ref struct EnvelopeText(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> payload)
    {
        private readonly ReadOnlySpan<byte> _schema = schema;
        private readonly ReadOnlySpan<byte> _payload = payload;

        public void Deconstruct(out ReadOnlySpan<byte> schema, out ReadOnlySpan<byte> payload)
        {
            schema = _schema;
            payload = _payload;
        }
    }
}
