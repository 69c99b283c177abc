namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// Where the last batches of the active segment start, so that readers at the tail and the high watermark find their place without
/// reading the file. A ring; the oldest is forgotten first.
/// </summary>
internal sealed class TailPositions
{
    private const int Capacity = 64;

    private readonly long[] _baseOffsets = new long[Capacity];
    private readonly int[] _positions = new int[Capacity];
    private int _oldest;
    private int _count;

    public void Add(long baseOffset, int position)
    {
        var slot = (_oldest + _count) % Capacity;
        _baseOffsets[slot] = baseOffset;
        _positions[slot] = position;
        if (_count < Capacity)
            _count++;
        else
            _oldest = (_oldest + 1) % Capacity;
    }

    public void Clear() => _count = 0;

    /// <summary>The batch that starts at or last before an offset, and where it ends; false when that is forgotten.</summary>
    public bool TryFind(long offset, int segmentSize, out int position, out int end, out long baseOffset)
    {
        position = end = 0;
        baseOffset = 0;
        if (_count == 0 || offset < _baseOffsets[_oldest])
            return false;

        var (low, high) = (0, _count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_baseOffsets[(_oldest + middle) % Capacity] <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        var slot = (_oldest + low) % Capacity;
        (position, baseOffset) = (_positions[slot], _baseOffsets[slot]);
        end = low == _count - 1 ? segmentSize : _positions[(slot + 1) % Capacity];
        return true;
    }
}
