using System.Buffers;

namespace FlowLog.Client.Serialization;

internal sealed class BooleanSerde : ISerde<bool>
{
    public void Serialize(bool value, IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        output.Advance(1);
    }

    public bool Deserialize(ReadOnlySpan<byte> data) => data.Exactly(1, "boolean")[0] switch
    {
        0 => false,
        1 => true,
        var other => throw new SerializationException($"A boolean is 0 or 1 on the wire, this byte is {other}."),
    };
}
