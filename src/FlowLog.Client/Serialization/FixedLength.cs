namespace FlowLog.Client.Serialization;

internal static class FixedLength
{
    /// <summary>Passes the bytes on when there are exactly as many as the type has; a longer value is as wrong as a shorter one.</summary>
    public static ReadOnlySpan<byte> Exactly(this ReadOnlySpan<byte> data, int length, string type) =>
        data.Length == length
            ? data
            : throw new SerializationException($"A {type} has {length} bytes on the wire, this value has {data.Length}.");
}
