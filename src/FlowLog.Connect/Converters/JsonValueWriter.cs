using System.Globalization;
using System.Text.Json;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Values to JSON.</summary>
/// <param name="numericDecimals">Whether decimals are numbers rather than base64.</param>
/// <param name="replaceNullWithDefault">Whether a field without value gets its schema's default.</param>
internal sealed class JsonValueWriter(bool numericDecimals, bool replaceNullWithDefault)
{
    /// <summary>Writes a value; the schema may be null.</summary>
    public void Write(Utf8JsonWriter json, Schema? schema, object? value)
    {
        if (value is null)
        {
            if (schema is not null)
                WriteAbsent(json, schema);
            else
                json.WriteNullValue();
            return;
        }

        if (schema is not null && schema.Type is not (SchemaType.Struct or SchemaType.Array or SchemaType.Map))
            Values.Check(schema, value, schema.Name ?? "value");

        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or short or int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float number:
                WriteReal(json, number, ValueText.OfFloat(number));
                break;
            case double number:
                WriteReal(json, number, ValueText.OfDouble(number));
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case BigDecimal number:
                WriteDecimal(json, schema, number);
                break;
            case Struct nested:
                WriteStruct(json, nested);
                break;
            case IReadOnlyList<object?> list:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, schema?.ValueSchema, item);
                json.WriteEndArray();
                break;
            case IReadOnlyDictionary<string, object?> map:
                WriteObject(json, schema, map);
                break;
            case IReadOnlyDictionary<object, object?> map:
                WriteMap(json, schema, map);
                break;
            case DateOnly or TimeOnly or DateTimeOffset:
                json.WriteNumberValue(Convert.ToInt64(LogicalTypes.ToRaw(value), CultureInfo.InvariantCulture));
                break;
            default:
                throw new DataException($"Values of type {value.GetType().Name} cannot be written as JSON.");
        }
    }

    private void WriteAbsent(Utf8JsonWriter json, Schema schema)
    {
        if (schema.Default is { } standIn && replaceNullWithDefault)
            Write(json, schema, standIn);
        else if (schema.IsOptional || schema.Default is not null)
            json.WriteNullValue();
        else
            throw new DataException("Conversion error: null value for field that is required and has no default value");
    }

    private void WriteStruct(Utf8JsonWriter json, Struct value)
    {
        json.WriteStartObject();
        foreach (var field in value.Schema.Fields)
        {
            json.WritePropertyName(field.Name);
            Write(json, field.Schema, value.WithoutDefault(field));
        }

        json.WriteEndObject();
    }

    private void WriteObject(Utf8JsonWriter json, Schema? schema, IReadOnlyDictionary<string, object?> map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            Write(json, schema?.ValueSchema, value);
        }

        json.WriteEndObject();
    }

    // Keys that are not text cannot be names of members: pairs in an array instead, as Kafka writes them.
    private void WriteMap(Utf8JsonWriter json, Schema? schema, IReadOnlyDictionary<object, object?> map)
    {
        var asObject = schema is null ? map.Keys.All(key => key is string) : schema.KeySchema?.Type == SchemaType.String;
        if (asObject)
            json.WriteStartObject();
        else
            json.WriteStartArray();

        foreach (var (key, value) in map)
        {
            if (asObject)
            {
                json.WritePropertyName((string)key);
                Write(json, schema?.ValueSchema, value);
                continue;
            }

            json.WriteStartArray();
            Write(json, schema?.KeySchema, key);
            Write(json, schema?.ValueSchema, value);
            json.WriteEndArray();
        }

        if (asObject)
            json.WriteEndObject();
        else
            json.WriteEndArray();
    }

    private void WriteDecimal(Utf8JsonWriter json, Schema? schema, BigDecimal number)
    {
        // Without a schema nobody could tell the scale from the bytes, so a bare decimal is always a number.
        if (numericDecimals || schema is null)
            json.WriteRawValue(number.ToString(), skipInputValidation: true);
        else
            json.WriteBase64StringValue(number.WithScale(LogicalTypes.ScaleOf(schema)).ToBytes());
    }

    private static void WriteReal(Utf8JsonWriter json, double value, string text)
    {
        if (double.IsFinite(value))
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }
}
