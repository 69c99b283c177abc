using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Client.Serialization;

internal sealed class SingleSerde : ISerde<float>
{
    public void Serialize(float value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteSingleBigEndian(output.GetSpan(sizeof(float)), value);
        output.Advance(sizeof(float));
    }

    public float Deserialize(ReadOnlySpan<byte> data) =>
        BinaryPrimitives.ReadSingleBigEndian(data.Exactly(sizeof(float), "32-bit float"));
}
