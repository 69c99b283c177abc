using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FlowLog.Client.Serialization;

/// <summary>The serdes that come with the client. Numbers are big-endian, text is UTF-8: the same bytes as Kafka's own serdes.</summary>
public static class Serdes
{
    /// <summary>UTF-8 text. Invalid UTF-8 is refused.</summary>
    public static ISerde<string> String { get; } = new StringSerde();

    /// <summary>Bytes as they are, copied into a new array on reading.</summary>
    public static ISerde<byte[]> Bytes { get; } = new BytesSerde();

    /// <summary>Bytes as they are, copied into new memory on reading.</summary>
    public static ISerde<ReadOnlyMemory<byte>> Memory { get; } = new MemorySerde();

    /// <summary>Four bytes.</summary>
    public static ISerde<int> Int32 { get; } = new Int32Serde();

    /// <summary>Eight bytes.</summary>
    public static ISerde<long> Int64 { get; } = new Int64Serde();

    /// <summary>Two bytes.</summary>
    public static ISerde<short> Int16 { get; } = new Int16Serde();

    /// <summary>Eight bytes, IEEE 754.</summary>
    public static ISerde<double> Double { get; } = new DoubleSerde();

    /// <summary>Four bytes, IEEE 754.</summary>
    public static ISerde<float> Single { get; } = new SingleSerde();

    /// <summary>One byte, 1 for true and 0 for false.</summary>
    public static ISerde<bool> Boolean { get; } = new BooleanSerde();

    /// <summary>The text form with dashes, 36 bytes, as Kafka's UUID serde writes it.</summary>
    public static ISerde<Guid> Guid { get; } = new GuidSerde();

    /// <summary>No bytes at all: for keys or values that carry nothing.</summary>
    public static ISerde<Nothing> Nothing { get; } = new NothingSerde();

    /// <summary>JSON by reflection. For trimmed or AOT applications use the overload that takes type information.</summary>
    public static ISerde<T> Json<T>(JsonSerializerOptions? options = null) => new JsonSerde<T>(options ?? JsonSerializerOptions.Web);

    /// <summary>JSON by source-generated type information.</summary>
    public static ISerde<T> Json<T>(JsonTypeInfo<T> typeInfo) => new JsonSerde<T>(typeInfo);

    /// <summary>The built-in serde of a type, or null when the client ships none for it.</summary>
    public static ISerde<T>? Find<T>() => BuiltIn.For(typeof(T)) as ISerde<T>;

    private static class BuiltIn
    {
        private static readonly Dictionary<Type, object> s_byType = new()
        {
            [typeof(string)] = String,
            [typeof(byte[])] = Bytes,
            [typeof(ReadOnlyMemory<byte>)] = Memory,
            [typeof(int)] = Int32,
            [typeof(long)] = Int64,
            [typeof(short)] = Int16,
            [typeof(double)] = Double,
            [typeof(float)] = Single,
            [typeof(bool)] = Boolean,
            [typeof(System.Guid)] = Serdes.Guid,
            [typeof(Nothing)] = Serdes.Nothing,
        };

        public static object? For(Type type) => s_byType.GetValueOrDefault(type);
    }
}
