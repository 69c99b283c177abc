using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Client.Serialization;

internal sealed class Int32Serde : ISerde<int>
{
    public void Serialize(int value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public int Deserialize(ReadOnlySpan<byte> data) =>
        BinaryPrimitives.ReadInt32BigEndian(data.Exactly(sizeof(int), "32-bit integer"));
}
