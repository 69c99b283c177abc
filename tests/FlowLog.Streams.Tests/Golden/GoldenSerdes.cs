using System.Buffers;
using System.Text.Json;
using FlowLog.Client.Serialization;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>The types of the golden cases: how they are written, read and shown in a case file.</summary>
internal sealed class GoldenSerde(string name, Action<object, IBufferWriter<byte>> write, GoldenSerde.Reader read) : ISerde<object>
{
    public delegate object Reader(ReadOnlySpan<byte> data);

    public static GoldenSerde Text { get; } = Of(Serdes.String, "string");

    public static GoldenSerde Long { get; } = new("long", (value, output) => Serdes.Int64.Serialize(Whole(value, "Long"), output), data => Serdes.Int64.Deserialize(data));

    public static GoldenSerde Int { get; } = new("int", (value, output) => Serdes.Int32.Serialize((int)Whole(value, "Integer"), output), data => (long)Serdes.Int32.Deserialize(data));

    public static GoldenSerde Double { get; } = Of(Serdes.Double, "double");

    /// <summary>Bytes, shown as hex.</summary>
    public static GoldenSerde Bytes { get; } = new(
        "bytes", (value, output) => output.Write(Convert.FromHexString((string)value)), data => Convert.ToHexStringLower(data));

    /// <summary>A string that can be neither written nor read where it begins with an exclamation mark.</summary>
    public static GoldenSerde Picky { get; } = new("picky", WritePicky, ReadPicky);

    public string Name => name;

    public static GoldenSerde Named(string name) => name switch
    {
        "string" => Text,
        "long" => Long,
        "int" => Int,
        "double" => Double,
        "bytes" => Bytes,
        "picky" => Picky,
        _ => throw new Language.NotCoveredException($"type {name}"),
    };

    public void Serialize(object value, IBufferWriter<byte> output) => write(value, output);

    public object Deserialize(ReadOnlySpan<byte> data) => read(data);

    /// <summary>A value as a case file shows it.</summary>
    public object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => name == "double" ? element.GetDouble() : (object)element.GetInt64(),
        _ => throw new Language.NotCoveredException($"value {element}"),
    };

    private static GoldenSerde Of<T>(ISerde<T> serde, string name)
        where T : notnull => new(name, (value, output) => serde.Serialize(value is T typed ? typed : throw Mismatch(value, typeof(T).Name), output), data => serde.Deserialize(data));

    private static long Whole(object value, string wanted) => value is long or int ? Language.Values.Number(value) : throw Mismatch(value, wanted);

    private static InvalidCastException Mismatch(object value, string wanted) => new($"{value.GetType().Name} is not {wanted}");

    private static void WritePicky(object value, IBufferWriter<byte> output)
    {
        if (((string)value).StartsWith('!'))
            throw new SerializationException($"cannot write {value}");

        Serdes.String.Serialize((string)value, output);
    }

    private static string ReadPicky(ReadOnlySpan<byte> data)
    {
        var text = Serdes.String.Deserialize(data);
        return text.StartsWith('!') ? throw new SerializationException($"cannot read {text}") : text;
    }
}
