using System.Buffers;
using FlowLog.Client.Serialization;

namespace FlowLog.Streams.State;

/// <summary>The serde of a nullable struct. Null never reaches a serde, so it is that of the struct.</summary>
internal sealed class NullableSerde<T>(ISerde<T> inner) : ISerde<T?>
    where T : struct
{
    public void Serialize(T? value, IBufferWriter<byte> output) => inner.Serialize(value!.Value, output);

    public T? Deserialize(ReadOnlySpan<byte> data) => inner.Deserialize(data);
}
