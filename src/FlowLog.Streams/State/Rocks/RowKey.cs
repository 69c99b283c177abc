using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.State.Rocks;

/// <summary>
/// Keys inside a column family: one byte that says what follows, then the key of the row. The position in the changelog has a key of its
/// own, before all rows.
/// </summary>
internal static class RowKey
{
    private const byte RowMark = 1;
    private const byte AfterRows = 2;

    /// <summary>Where the position in the changelog is kept.</summary>
    public static ReadOnlySpan<byte> Position => "\0position"u8;

    /// <summary>Before all rows.</summary>
    public static byte[] First { get; } = [RowMark];

    /// <summary>Behind all rows.</summary>
    public static byte[] End { get; } = [AfterRows];

    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key, ByteBuffer scratch)
    {
        scratch.Clear().Write(RowMark);
        scratch.Write(key);
        return scratch.Written;
    }

    public static byte[] Of(byte[] key) => [RowMark, .. key];

    /// <summary>Right behind the row of that key.</summary>
    public static byte[] Behind(byte[] key) => [RowMark, .. key, 0];

    public static ReadOnlySpan<byte> ToKey(ReadOnlySpan<byte> row) => row[1..];
}
