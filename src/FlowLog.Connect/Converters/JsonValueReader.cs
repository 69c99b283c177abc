using System.Numerics;
using System.Text;
using System.Text.Json;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Values from JSON, by a schema or by what the JSON says itself.</summary>
/// <param name="replaceNullWithDefault">Whether a null where the schema has a default becomes that.</param>
internal sealed class JsonValueReader(bool replaceNullWithDefault)
{
    /// <summary>The value at the current token, which is consumed to its last token.</summary>
    public object? Read(ref Utf8JsonReader json, Schema schema, string place)
    {
        if (json.TokenType == JsonTokenType.Null)
            return Absent(schema, place);

        return schema.Type switch
        {
            SchemaType.Struct => ReadStruct(ref json, schema, place),
            SchemaType.Array => ReadArray(ref json, schema, place),
            SchemaType.Map => ReadMap(ref json, schema, place),
            _ => ReadSimple(ref json, schema, place),
        };
    }

    /// <summary>The value at the current token without a schema.</summary>
    public static object? ReadPlain(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.Number:
                return ReadNumber(ref json);
            case JsonTokenType.StartArray:
                var list = new List<object?>();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    list.Add(ReadPlain(ref json));
                return list;
            case JsonTokenType.StartObject:
                var map = new Dictionary<string, object?>(StringComparer.Ordinal);
                while (json.Read() && json.TokenType != JsonTokenType.EndObject)
                {
                    var name = json.GetString()!;
                    json.Read();
                    map[name] = ReadPlain(ref json);
                }

                return map;
            default:
                throw new DataException($"Unexpected {json.TokenType} in JSON.");
        }
    }

    private object? Absent(Schema schema, string place)
    {
        if (schema.Default is not null && replaceNullWithDefault)
            return schema.Default;

        return schema.IsOptional
            ? null
            : throw new DataException($"Invalid null value for required {schema.Type.WireName()} field \"{place}\"");
    }

    private Struct ReadStruct(ref Utf8JsonReader json, Schema schema, string place)
    {
        Expect(ref json, JsonTokenType.StartObject, schema, place);
        var value = new Struct(schema);
        Span<bool> seen = schema.Fields.Length <= 256 ? stackalloc bool[schema.Fields.Length] : new bool[schema.Fields.Length];
        var next = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var field = FieldAt(ref json, schema, next);
            json.Read();
            if (field is null)
            {
                json.Skip();
                continue;
            }

            value.PutUnchecked(field, Read(ref json, field.Schema, field.Name));
            seen[field.Index] = true;
            next = field.Index + 1;
        }

        foreach (var field in schema.Fields)
        {
            if (!seen[field.Index])
                value.PutUnchecked(field, Absent(field.Schema, field.Name));
        }

        return value;
    }

    // Objects mostly hold their members in the schema's order: guess the next one before looking it up.
    private static Field? FieldAt(ref Utf8JsonReader json, Schema schema, int guess) =>
        guess < schema.Fields.Length && json.ValueTextEquals(schema.Fields[guess].Name)
            ? schema.Fields[guess]
            : schema.FieldOf(json.GetString()!);

    private List<object?> ReadArray(ref Utf8JsonReader json, Schema schema, string place)
    {
        Expect(ref json, JsonTokenType.StartArray, schema, place);
        var list = new List<object?>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            list.Add(Read(ref json, schema.ValueSchema!, place));

        return list;
    }

    private object ReadMap(ref Utf8JsonReader json, Schema schema, string place)
    {
        if (schema.KeySchema!.Type == SchemaType.String)
        {
            Expect(ref json, JsonTokenType.StartObject, schema, place);
            var byName = new Dictionary<string, object?>(StringComparer.Ordinal);
            while (json.Read() && json.TokenType != JsonTokenType.EndObject)
            {
                var name = json.GetString()!;
                json.Read();
                byName[name] = Read(ref json, schema.ValueSchema!, place);
            }

            return byName;
        }

        Expect(ref json, JsonTokenType.StartArray, schema, place);
        var map = new Dictionary<object, object?>(Values.Comparer!);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref json, JsonTokenType.StartArray, schema, place);
            json.Read();
            var key = Read(ref json, schema.KeySchema, place) ?? throw new DataException($"A key of the map \"{place}\" is null.");
            json.Read();
            map[key] = Read(ref json, schema.ValueSchema!, place);
            json.Read();
            Expect(ref json, JsonTokenType.EndArray, schema, place);
        }

        return map;
    }

    private static object ReadSimple(ref Utf8JsonReader json, Schema schema, string place)
    {
        if (schema.Name == LogicalTypes.Decimal)
            return ReadDecimal(ref json, schema, place);

        object raw = schema.Type switch
        {
            SchemaType.Boolean when json.TokenType is JsonTokenType.True or JsonTokenType.False => json.GetBoolean(),
            SchemaType.String when json.TokenType == JsonTokenType.String => json.GetString()!,
            SchemaType.Bytes when json.TokenType == JsonTokenType.String => json.GetBytesFromBase64(),
            SchemaType.Int8 when json.TokenType == JsonTokenType.Number => (sbyte)Whole(ref json, sbyte.MinValue, sbyte.MaxValue, schema, place),
            SchemaType.Int16 when json.TokenType == JsonTokenType.Number => (short)Whole(ref json, short.MinValue, short.MaxValue, schema, place),
            SchemaType.Int32 when json.TokenType == JsonTokenType.Number => (int)Whole(ref json, int.MinValue, int.MaxValue, schema, place),
            SchemaType.Int64 when json.TokenType == JsonTokenType.Number => Whole(ref json, long.MinValue, long.MaxValue, schema, place),
            SchemaType.Float32 when json.TokenType == JsonTokenType.Number => json.GetSingle(),
            SchemaType.Float64 when json.TokenType == JsonTokenType.Number => json.GetDouble(),
            SchemaType.Float32 when NotANumber(ref json) is { } special => (float)special,
            SchemaType.Float64 when NotANumber(ref json) is { } special => special,
            _ => throw Mismatch(ref json, schema, place),
        };

        return schema.Name is null ? raw : LogicalTypes.ToLogical(schema, raw);
    }

    private static BigDecimal ReadDecimal(ref Utf8JsonReader json, Schema schema, string place) => json.TokenType switch
    {
        JsonTokenType.String => BigDecimal.FromBytes(json.GetBytesFromBase64(), LogicalTypes.ScaleOf(schema)),
        JsonTokenType.Number => BigDecimal.Parse(Encoding.ASCII.GetString(json.ValueSpan)).WithScale(LogicalTypes.ScaleOf(schema)),
        _ => throw Mismatch(ref json, schema, place),
    };

    // Whole numbers are refused when they do not fit, rather than cut off.
    private static long Whole(ref Utf8JsonReader json, long minimum, long maximum, Schema schema, string place)
    {
        if (!json.TryGetInt64(out var number))
        {
            if (!json.TryGetDecimal(out var exact) || exact != decimal.Truncate(exact) || exact < long.MinValue || exact > long.MaxValue)
                throw Mismatch(ref json, schema, place);
            number = (long)exact;
        }

        return number >= minimum && number <= maximum ? number : throw Mismatch(ref json, schema, place);
    }

    private static double? NotANumber(ref Utf8JsonReader json) => json.TokenType != JsonTokenType.String ? null : json.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    private static object ReadNumber(ref Utf8JsonReader json)
    {
        if (json.TryGetInt64(out var whole))
            return whole;
        if (json.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            return json.GetDouble();

        return new BigDecimal(BigInteger.Parse(Encoding.ASCII.GetString(json.ValueSpan)), 0);
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type, Schema schema, string place)
    {
        if (json.TokenType != type)
            throw Mismatch(ref json, schema, place);
    }

    private static DataException Mismatch(ref Utf8JsonReader json, Schema schema, string place) =>
        new($"Field \"{place}\" is of type {schema.Type.WireName()} by its schema, but the JSON has {json.TokenType} there.");
}
