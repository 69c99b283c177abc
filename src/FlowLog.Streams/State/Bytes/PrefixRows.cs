namespace FlowLog.Streams.State.Bytes;

/// <summary>Ends a walk behind the last key with a prefix.</summary>
internal sealed class PrefixRows(BytesIterator rows, byte[] prefix) : BytesIterator
{
    public override ReadOnlySpan<byte> Key => rows.Key;

    public override ReadOnlySpan<byte> Value => rows.Value;

    public override bool MoveNext() => rows.MoveNext() && rows.Key.StartsWith(prefix);

    public override void Dispose() => rows.Dispose();
}
