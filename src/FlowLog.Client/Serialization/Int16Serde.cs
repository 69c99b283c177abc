using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Client.Serialization;

internal sealed class Int16Serde : ISerde<short>
{
    public void Serialize(short value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(sizeof(short)), value);
        output.Advance(sizeof(short));
    }

    public short Deserialize(ReadOnlySpan<byte> data) =>
        BinaryPrimitives.ReadInt16BigEndian(data.Exactly(sizeof(short), "16-bit integer"));
}
