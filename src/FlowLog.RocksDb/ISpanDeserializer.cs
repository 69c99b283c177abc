namespace RocksDbSharp;

/// <summary>Reads a value where RocksDB keeps it, without a copy. The bytes are valid during the call only.</summary>
public interface ISpanDeserializer<T>
{
    /// <summary>Turns the bytes into a value.</summary>
    T Deserialize(ReadOnlySpan<byte> buffer);
}
