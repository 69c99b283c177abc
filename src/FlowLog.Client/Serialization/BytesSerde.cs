using System.Buffers;

namespace FlowLog.Client.Serialization;

internal sealed class BytesSerde : ISerde<byte[]>
{
    public void Serialize(byte[] value, IBufferWriter<byte> output) => output.Write(value);

    public byte[] Deserialize(ReadOnlySpan<byte> data) => data.ToArray();
}
