using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Client.Serialization;

internal sealed class Int64Serde : ISerde<long>
{
    public void Serialize(long value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public long Deserialize(ReadOnlySpan<byte> data) =>
        BinaryPrimitives.ReadInt64BigEndian(data.Exactly(sizeof(long), "64-bit integer"));
}
