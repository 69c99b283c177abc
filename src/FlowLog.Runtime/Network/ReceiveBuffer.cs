using System.Buffers;

namespace FlowLog.Runtime.Network;

/// <summary>
/// What a connection received and its handler has not consumed. Bytes arrive in a scratch buffer that all connections of a thread share,
/// and only a rest is copied into a buffer of the connection's own: an idle connection holds none.
/// </summary>
/// <remarks>
/// A frame that announces its size gets room as its bytes come, not as they are announced: up to <see cref="TrustedBytes"/> at once, then by doubling.
/// </remarks>
internal sealed class ReceiveBuffer(ArrayPool<byte> pool)
{
    /// <summary>An announced size up to this is believed.</summary>
    public const int TrustedBytes = 8 * 1024;

    private const int SmallestBytes = 512;

    private byte[]? _own;
    private int _start;
    private int _end;
    private int _wanted;

    public int Count => _end - _start;

    /// <summary>The handler left a frame that it knows to be complete: it wants to see it again.</summary>
    public bool HoldsComplete => _wanted > 0 && Count >= _wanted;

    /// <summary>Where the next bytes are to be received: the scratch buffer, or the end of the own one, as far as the frame under way needs.</summary>
    public Memory<byte> Room(byte[] scratch)
    {
        if (_own is null)
            return scratch;

        var missing = _wanted - Count;
        if (missing <= 0)
            missing = Math.Max(SmallestBytes, Count);

        var room = _own.Length - _end;
        if (room < missing && Count + (long)missing <= _own.Length)
            MoveTo(_own);
        else if (room == 0)
            Grow(missing);

        return _own.AsMemory(_end, Math.Min(missing, _own.Length - _end));
    }

    /// <summary>Takes <paramref name="count"/> bytes that were received into <see cref="Room"/> and offers what is complete.</summary>
    public void Take(int count, byte[] scratch, IConnectionHandler handler)
    {
        if (_own is null)
        {
            Offer(scratch, 0, count, handler);
            return;
        }

        _end += count;
        if (Count >= _wanted)
            Offer(_own, _start, _end, handler);
    }

    /// <summary>Offers again what is buffered.</summary>
    public void OfferAgain(IConnectionHandler handler)
    {
        if (_own is not null && Count >= _wanted)
            Offer(_own, _start, _end, handler);
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        if (_own is not null)
            pool.Return(_own);

        _own = null;
        (_start, _end, _wanted) = (0, 0, 0);
    }

    private void Offer(byte[] bytes, int start, int end, IConnectionHandler handler)
    {
        var consumed = handler.Received(bytes.AsMemory(start, end - start), out var wanted);
        if (consumed < 0 || consumed > end - start)
            throw new InvalidOperationException($"A handler consumed {consumed} of {end - start} bytes.");

        start += consumed;
        _wanted = wanted;
        if (start == end)
            Clear();
        else if (bytes == _own)
            _start = start;
        else
            KeepCopy(bytes.AsSpan(start, end - start));
    }

    private void KeepCopy(ReadOnlySpan<byte> rest)
    {
        _own = pool.Rent(Math.Max(Math.Max(SmallestBytes, rest.Length), Math.Min(_wanted, Math.Max(TrustedBytes, 2 * rest.Length))));
        rest.CopyTo(_own);
        (_start, _end) = (0, rest.Length);
    }

    private void Grow(int missing)
    {
        var believed = Math.Max(TrustedBytes, 2L * Count);
        var larger = pool.Rent((int)Math.Min(Math.Min(Count + (long)missing, believed), Array.MaxLength));
        var former = _own!;
        MoveTo(larger);
        pool.Return(former);
    }

    private void MoveTo(byte[] target)
    {
        var count = Count;
        _own.AsSpan(_start, count).CopyTo(target);
        _own = target;
        (_start, _end) = (0, count);
    }
}
