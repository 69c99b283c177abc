using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Converters;

/// <summary>Header values as text: bare at the top, as in JSON inside lists and maps; types are guessed when reading.</summary>
internal static class HeaderText
{
    /// <summary>The text of a value.</summary>
    public static string Of(object value) => value is string text ? text : Embedded(value);

    /// <summary>The smallest type that holds what the text says; text when it says nothing else.</summary>
    public static SchemaAndValue Parse(string text)
    {
        if (text.Length == 0)
            return new SchemaAndValue(Schema.String, "");
        if (text is "true" or "false")
            return new SchemaAndValue(Schema.Boolean, text == "true");
        if (text == "null")
            return SchemaAndValue.Null;

        return ParseNumber(text)
            ?? ParseTemporal(text)
            ?? ParseNested(text)
            ?? new SchemaAndValue(Schema.String, text);
    }

    private static SchemaAndValue? ParseNumber(string text)
    {
        if (!(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') || text.Length > 64)
            return null;

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole switch
            {
                >= sbyte.MinValue and <= sbyte.MaxValue => new SchemaAndValue(Schema.Int8, (sbyte)whole),
                >= short.MinValue and <= short.MaxValue => new SchemaAndValue(Schema.Int16, (short)whole),
                >= int.MinValue and <= int.MaxValue => new SchemaAndValue(Schema.Int32, (int)whole),
                _ => new SchemaAndValue(Schema.Int64, whole),
            };
        }

        if (!BigDecimal.TryParse(text, out var exact) || Math.Abs((long)exact.Scale) > 400)
            return null;

        var single = float.Parse(text, CultureInfo.InvariantCulture);
        if (float.IsFinite(single) && BigDecimal.TryParse(ValueText.OfFloat(single), out var asSingle) && asSingle.CompareTo(exact) == 0)
            return new SchemaAndValue(Schema.Float32, single);

        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && BigDecimal.TryParse(ValueText.OfDouble(number), out var asDouble) && asDouble.CompareTo(exact) == 0
            ? new SchemaAndValue(Schema.Float64, number)
            : new SchemaAndValue(LogicalTypes.DecimalOf(exact.Scale).Build(), exact);
    }

    private static SchemaAndValue? ParseTemporal(string text)
    {
        if (text.Length == 10 && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new SchemaAndValue(LogicalTypes.DateBuilder().Build(), date);
        if (text.Length == 13 && TimeOnly.TryParseExact(text, "HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return new SchemaAndValue(LogicalTypes.TimeBuilder().Build(), time);

        return text.Length == 24 && DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? new SchemaAndValue(LogicalTypes.TimestampBuilder().Build(), instant)
            : null;
    }

    // Lists and maps of one type get a schema, mixed ones none.
    private static SchemaAndValue? ParseNested(string text)
    {
        if (text[0] is not ('[' or '{'))
            return null;

        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            json.Read();
            var value = JsonValueReader.ReadPlain(ref json);
            return json.Read() ? null : new SchemaAndValue(SchemaOf(value), value);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Schema? SchemaOf(object? value)
    {
        var items = value switch
        {
            IReadOnlyList<object?> list => list,
            IReadOnlyDictionary<string, object?> map => map.Values,
            _ => [],
        };
        var schemas = items.Select(Values.SchemaOf).Distinct().ToList();
        if (schemas.Count != 1 || schemas[0] is not { } common)
            return null;

        return value is IReadOnlyList<object?> ? SchemaBuilder.Array(common).Build() : SchemaBuilder.Map(Schema.String, common).Build();
    }

    private static string Embedded(object? value) => value switch
    {
        string text => JsonSerializer.Serialize(text),
        IReadOnlyList<object?> list => $"[{string.Join(",", list.Select(Embedded))}]",
        IReadOnlyDictionary<string, object?> map => $"{{{string.Join(",", map.Select(entry => $"{Embedded(entry.Key)}:{Embedded(entry.Value)}"))}}}",
        IReadOnlyDictionary<object, object?> map => $"{{{string.Join(",", map.Select(entry => $"{Embedded(entry.Key)}:{Embedded(entry.Value)}"))}}}",
        _ => ValueText.Of(value),
    };
}
