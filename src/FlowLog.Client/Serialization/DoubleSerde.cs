using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Client.Serialization;

internal sealed class DoubleSerde : ISerde<double>
{
    public void Serialize(double value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteDoubleBigEndian(output.GetSpan(sizeof(double)), value);
        output.Advance(sizeof(double));
    }

    public double Deserialize(ReadOnlySpan<byte> data) =>
        BinaryPrimitives.ReadDoubleBigEndian(data.Exactly(sizeof(double), "64-bit float"));
}
