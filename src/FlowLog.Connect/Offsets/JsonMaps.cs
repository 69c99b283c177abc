using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowLog.Connect.Converters;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Offsets;

/// <summary>Flat maps of texts, numbers and booleans as JSON: partitions and offsets of sources.</summary>
internal static class JsonMaps
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON of a map, members in the order of the map or of their names.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, object?> map, bool sorted = false)
    {
        using var bytes = new MemoryStream();
        using var json = new Utf8JsonWriter(bytes, s_options);
        WriteTo(json, map, sorted);
        json.Flush();
        return bytes.ToArray();
    }

    /// <inheritdoc cref="Write"/>
    public static void WriteTo(Utf8JsonWriter json, IReadOnlyDictionary<string, object?> map, bool sorted = false)
    {
        var writer = new JsonValueWriter(numericDecimals: true, replaceNullWithDefault: false);
        json.WriteStartObject();
        foreach (var (name, value) in sorted ? map.OrderBy(entry => entry.Key, StringComparer.Ordinal) : map.AsEnumerable())
        {
            if (value is not (null or string or bool or sbyte or short or int or long or float or double))
                throw new DataException($"\"{name}\" is of type {value.GetType().Name}: partitions and offsets hold texts, numbers, booleans and null.");

            json.WritePropertyName(name);
            writer.Write(json, null, value);
        }

        json.WriteEndObject();
    }

    /// <summary>A map from JSON: whole numbers are <see cref="long"/>. Anything but an object is a <see cref="FormatException"/>.</summary>
    public static IReadOnlyDictionary<string, object?> Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        return json.Read() && JsonValueReader.ReadPlain(ref json) is Dictionary<string, object?> map
            ? map
            : throw new FormatException($"{Encoding.UTF8.GetString(text)} is not a JSON object.");
    }
}
