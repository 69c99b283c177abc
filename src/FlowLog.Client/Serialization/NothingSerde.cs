using System.Buffers;

namespace FlowLog.Client.Serialization;

internal sealed class NothingSerde : ISerde<Nothing>
{
    public void Serialize(Nothing value, IBufferWriter<byte> output)
    {
    }

    public Nothing Deserialize(ReadOnlySpan<byte> data) => default;
}
