using System.Buffers;
using System.Buffers.Text;

namespace FlowLog.Client.Serialization;

internal sealed class GuidSerde : ISerde<Guid>
{
    private const int TextLength = 36;

    public void Serialize(Guid value, IBufferWriter<byte> output)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(TextLength), out var written);
        output.Advance(written);
    }

    public Guid Deserialize(ReadOnlySpan<byte> data) =>
        Utf8Parser.TryParse(data, out Guid value, out var read) && read == data.Length
            ? value
            : throw new SerializationException($"These {data.Length} bytes are not the text form of a UUID.");
}
