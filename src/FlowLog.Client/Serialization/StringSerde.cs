using System.Buffers;
using System.Text;

namespace FlowLog.Client.Serialization;

internal sealed class StringSerde : ISerde<string>
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Serialize(string value, IBufferWriter<byte> output)
    {
        // Short text takes the worst case (no counting pass); long text is counted so that the buffer does not triple.
        var span = output.GetSpan(value.Length <= 128 ? s_strict.GetMaxByteCount(value.Length) : s_strict.GetByteCount(value));
        output.Advance(s_strict.GetBytes(value, span));
    }

    public string Deserialize(ReadOnlySpan<byte> data)
    {
        try
        {
            return s_strict.GetString(data);
        }
        catch (DecoderFallbackException problem)
        {
            throw new SerializationException($"These {data.Length} bytes are not UTF-8 text.", problem);
        }
    }
}
