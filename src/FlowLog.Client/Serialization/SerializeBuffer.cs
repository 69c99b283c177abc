using System.Buffers;

namespace FlowLog.Client.Serialization;

/// <summary>Buffers that serdes write into, one set per thread: keys and values are copied on into batches at once.</summary>
internal static class SerializeBuffer
{
    private const int LargestKept = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _key;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _value;

    public static ArrayBufferWriter<byte> ForKey() => Cleared(ref _key);

    public static ArrayBufferWriter<byte> ForValue() => Cleared(ref _value);

    private static ArrayBufferWriter<byte> Cleared(ref ArrayBufferWriter<byte>? writer)
    {
        if (writer is null || writer.Capacity > LargestKept)
            return writer = new ArrayBufferWriter<byte>(1024);

        writer.ResetWrittenCount();
        return writer;
    }
}
