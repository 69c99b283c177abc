using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowLog.Connect.Data;
using NpgsqlTypes;

namespace FlowLog.Connectors.Postgres;

/// <summary>
/// How the values of a column travel: as an array of one of five types, which the statement casts to what the column is. Text, which
/// PostgreSQL reads into any type, carries everything that has no array of its own.
/// </summary>
internal static class SqlValues
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The SQL name of the travelling type.</summary>
    public static string TravelType(ColumnType type) => TravelKind(type) switch
    {
        Kind.Boolean => "boolean",
        Kind.Int64 => "bigint",
        Kind.Float64 => "double precision",
        Kind.Bytes => "bytea",
        _ => "text",
    };

    /// <summary>The values of one column as an array.</summary>
    public static (Array Values, NpgsqlDbType Type) Array(ColumnType type, IReadOnlyList<object?> values) => TravelKind(type) switch
    {
        Kind.Boolean => (values.Select(value => (bool?)value).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean),
        Kind.Int64 => (values.Select(value => value is null ? (long?)null : Convert.ToInt64(value, CultureInfo.InvariantCulture)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint),
        Kind.Float64 => (values.Select(value => value is null ? (double?)null : Convert.ToDouble(value, CultureInfo.InvariantCulture)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double),
        Kind.Bytes => (values.Select(value => (byte[]?)value).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea),
        _ when type.IsArray => (values.Select(ArrayText).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
        _ when type.Kind == Kind.Json => (values.Select(JsonText).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
        _ => (values.Select(Text).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
    };

    /// <summary>The text that PostgreSQL reads back into the value.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => "\\x" + Convert.ToHexStringLower(bytes),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture),
        BigDecimal or sbyte or short or int or long => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => JsonText(value),
    };

    /// <summary>A value as JSON.</summary>
    public static string? JsonText(object? value)
    {
        if (value is null)
            return null;

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_json))
            Write(json, value);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static Kind TravelKind(ColumnType type) => type.IsArray ? Kind.Text : type.Kind switch
    {
        Kind.Boolean => Kind.Boolean,
        Kind.Int16 or Kind.Int32 or Kind.Int64 => Kind.Int64,
        Kind.Float32 or Kind.Float64 => Kind.Float64,
        Kind.Bytes => Kind.Bytes,
        _ => Kind.Text,
    };

    // {"a","b\"c",NULL}
    private static string? ArrayText(object? value)
    {
        if (value is null)
            return null;

        var text = new StringBuilder("{");
        foreach (var item in (System.Collections.IEnumerable)value)
        {
            if (text.Length > 1)
                text.Append(',');
            if (Text(item) is { } shown)
                text.Append('"').Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            else
                text.Append("NULL");
        }

        return text.Append('}').ToString();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or short or int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float or double when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                json.WriteRawValue(Text(value)!);
                break;
            case BigDecimal number:
                json.WriteRawValue(number.ToString());
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case Struct fields:
                json.WriteStartObject();
                foreach (var field in fields.Schema.Fields)
                {
                    json.WritePropertyName(field.Name);
                    Write(json, fields[field]);
                }

                json.WriteEndObject();
                break;
            case System.Collections.IDictionary map:
                json.WriteStartObject();
                foreach (System.Collections.DictionaryEntry entry in map)
                {
                    json.WritePropertyName(ValueText.Of(entry.Key));
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case System.Collections.IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }
}
