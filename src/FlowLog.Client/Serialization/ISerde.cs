using System.Buffers;

namespace FlowLog.Client.Serialization;

/// <summary>
/// Turns values into bytes and back. Null never reaches a serde: a null key or value is absent on the wire, and
/// absent bytes are null (or "no value") for the reader. Implementations are thread-safe and keep no state per call.
/// </summary>
public interface ISerde<T>
{
    /// <summary>Appends the bytes of <paramref name="value"/> to <paramref name="output"/>; writing nothing makes an empty, not an absent, value.</summary>
    void Serialize(T value, IBufferWriter<byte> output);

    /// <summary>Reads a value from bytes that are only valid during the call.</summary>
    /// <exception cref="SerializationException">The bytes are not a value of this type.</exception>
    T Deserialize(ReadOnlySpan<byte> data);
}
