namespace FlowLog.Protocol.Compression;

/// <summary>
/// Where a decompressor writes: a buffer that grows step by step up to a budget, so that a few hostile bytes never make the
/// process take the memory that they announce.
/// </summary>
internal ref struct BoundedOutput(PooledBuffer target, int budget)
{
    private const int FirstStep = 16 * 1024;
    private const int LargestStep = 4 * 1024 * 1024;

    private readonly int _start = target.Length;

    /// <summary>Bytes that may still be written.</summary>
    public readonly int Left => budget - (target.Length - _start);

    /// <summary>
    /// Room for the next piece: empty only when the budget is used up. The pieces grow with what was written, as the array does.
    /// </summary>
    public readonly Span<byte> NextPiece()
    {
        var step = Math.Clamp(target.Length - _start, FirstStep, LargestStep);
        var room = target.GetSpan(Math.Min(step, Math.Max(Left, 1)));
        return room[..Math.Min(room.Length, Left)];
    }

    /// <summary>Counts bytes that were written into the last piece.</summary>
    public readonly void Advance(int count) => target.Advance(count);
}
