using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FlowLog.Client.Serialization;

internal sealed class JsonSerde<T> : ISerde<T>
{
    private readonly JsonTypeInfo<T> _typeInfo;

    // A writer costs some 150 bytes and is needed for every value; each thread keeps one per type.
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public JsonSerde(JsonTypeInfo<T> typeInfo) => _typeInfo = typeInfo;

    public JsonSerde(JsonSerializerOptions options)
    {
        if (!options.IsReadOnly)
            options.MakeReadOnly(populateMissingResolver: true);

        _typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    public void Serialize(T value, IBufferWriter<byte> output)
    {
        // Taken out while in use: a converter may come back here for a nested value of the same type.
        var writer = _writer ?? new Utf8JsonWriter(output);
        _writer = null;
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, value, _typeInfo);
            writer.Flush();
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new SerializationException($"A value of type {typeof(T)} cannot be written as JSON: {problem.Message}", problem);
        }

        writer.Reset(Stream.Null);
        _writer = writer;
    }

    public T Deserialize(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, _typeInfo)
                ?? throw new SerializationException($"The JSON text 'null' is not a {typeof(T)}; an absent value has no bytes.");
        }
        catch (JsonException problem)
        {
            throw new SerializationException($"These {data.Length} bytes are not a {typeof(T)} in JSON: {problem.Message}", problem);
        }
    }
}
