using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Between schemas and their JSON, with the latest ones remembered in both directions: a topic mostly holds a handful.</summary>
/// <param name="capacity">How many to remember in each direction.</param>
internal sealed class JsonSchemas(int capacity)
{
    private static readonly JsonWriterOptions s_writerOptions = new() { SkipValidation = true };

    private readonly Dictionary<string, Schema> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<Schema, byte[]> _written = [];
    private (byte[] Text, Schema Schema)? _lastRead;
    private (Schema Schema, byte[] Text)? _lastWritten;

    /// <summary>The schema that this JSON describes.</summary>
    public Schema Read(ReadOnlySpan<byte> text)
    {
        if (_lastRead is { } last && text.SequenceEqual(last.Text))
            return last.Schema;

        var key = Encoding.UTF8.GetString(text);
        if (!_read.TryGetValue(key, out var schema))
        {
            using var document = JsonDocument.Parse(key, new JsonDocumentOptions { MaxDepth = 512 });
            schema = Parse(document.RootElement);
            Remember(_read, key, schema);
        }

        _lastRead = (text.ToArray(), schema);
        return schema;
    }

    /// <summary>The JSON of a schema.</summary>
    public byte[] Text(Schema schema)
    {
        if (_lastWritten is { } last && ReferenceEquals(last.Schema, schema))
            return last.Text;

        if (!_written.TryGetValue(schema, out var text))
        {
            text = Write(schema);
            Remember(_written, schema, text);
        }

        _lastWritten = (schema, text);
        return text;
    }

    private void Remember<TKey, TValue>(Dictionary<TKey, TValue> where, TKey key, TValue value)
        where TKey : notnull
    {
        if (capacity == 0)
            return;
        if (where.Count >= capacity)
            where.Clear();
        where[key] = value;
    }

    private static Schema Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            throw new DataException("Schema must contain 'type' field");

        var builder = type.GetString() switch
        {
            "boolean" => new SchemaBuilder(SchemaType.Boolean),
            "int8" => new SchemaBuilder(SchemaType.Int8),
            "int16" => new SchemaBuilder(SchemaType.Int16),
            "int32" => new SchemaBuilder(SchemaType.Int32),
            "int64" => new SchemaBuilder(SchemaType.Int64),
            "float" => new SchemaBuilder(SchemaType.Float32),
            "double" => new SchemaBuilder(SchemaType.Float64),
            "bytes" => new SchemaBuilder(SchemaType.Bytes),
            "string" => new SchemaBuilder(SchemaType.String),
            "array" => SchemaBuilder.Array(Parse(Member(json, "items", "Array schema did not specify the element type"))),
            "map" => SchemaBuilder.Map(
                Parse(Member(json, "keys", "Map schema did not specify the key type")),
                Parse(Member(json, "values", "Map schema did not specify the value type"))),
            "struct" => ParseFields(json),
            var unknown => throw new DataException($"Unknown schema type: {unknown}"),
        };

        if (json.TryGetProperty("optional", out var optional) && optional.ValueKind == JsonValueKind.True)
            builder.Optional();
        if (Text(json, "name") is { } name)
            builder.Named(name);
        if (json.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number)
            builder.Versioned(version.GetInt32());
        if (Text(json, "doc") is { } doc)
            builder.Documented(doc);
        if (json.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object)
        {
            foreach (var parameter in parameters.EnumerateObject())
                builder.Parameter(parameter.Name, parameter.Value.GetString() ?? "");
        }

        return json.TryGetProperty("default", out var standIn) && standIn.ValueKind != JsonValueKind.Null
            ? builder.Default(ParseDefault(builder.Build(), standIn)).Build()
            : builder.Build();
    }

    private static SchemaBuilder ParseFields(JsonElement json)
    {
        var builder = SchemaBuilder.Struct();
        foreach (var field in Member(json, "fields", "Struct schema's \"fields\" argument is not an array.").EnumerateArray())
        {
            var name = Text(field, "field") ?? throw new DataException("Struct schema's field name not specified properly");
            builder.Field(name, Parse(field));
        }

        return builder;
    }

    private static object? ParseDefault(Schema schema, JsonElement json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.GetRawText()));
        reader.Read();
        return new JsonValueReader(true).Read(ref reader, schema, "default");
    }

    private static JsonElement Member(JsonElement json, string name, string otherwise) =>
        json.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? member
            : throw new DataException(otherwise);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static byte[] Write(Schema schema)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, s_writerOptions);
        Write(json, schema, null);
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Schema schema, string? field)
    {
        json.WriteStartObject();
        json.WriteString("type", schema.Type.WireName());
        WriteParts(json, schema);
        json.WriteBoolean("optional", schema.IsOptional);
        if (schema.Name is not null)
            json.WriteString("name", schema.Name);
        if (schema.Version is { } version)
            json.WriteNumber("version", version);
        if (schema.Doc is not null)
            json.WriteString("doc", schema.Doc);
        WriteParameters(json, schema);
        if (schema.Default is not null)
        {
            json.WritePropertyName("default");
            new JsonValueWriter(false, true).Write(json, schema, schema.Default);
        }

        if (field is not null)
            json.WriteString("field", field);
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, Schema schema)
    {
        switch (schema.Type)
        {
            case SchemaType.Array:
                json.WritePropertyName("items");
                Write(json, schema.ValueSchema!, null);
                break;
            case SchemaType.Map:
                json.WritePropertyName("keys");
                Write(json, schema.KeySchema!, null);
                json.WritePropertyName("values");
                Write(json, schema.ValueSchema!, null);
                break;
            case SchemaType.Struct:
                json.WriteStartArray("fields");
                foreach (var field in schema.Fields)
                    Write(json, field.Schema, field.Name);
                json.WriteEndArray();
                break;
        }
    }

    private static void WriteParameters(Utf8JsonWriter json, Schema schema)
    {
        if (schema.Parameters.Count == 0)
            return;

        json.WriteStartObject("parameters");
        foreach (var (name, value) in schema.Parameters)
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
