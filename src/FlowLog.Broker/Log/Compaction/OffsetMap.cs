namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// The last offset of every key, by the hash of the key: 24 bytes each, however long the key. Grows as needed up to a limit; when that
/// is reached it takes no more keys, and the cleaner works with those that it has.
/// </summary>
/// <param name="maxBytes">The most memory that it takes, <c>log.cleaner.dedupe.buffer.size</c>; half as much more for a moment while it grows.</param>
/// <param name="loadFactor">How full it may get, <c>log.cleaner.io.buffer.load.factor</c>.</param>
/// <param name="hash">How keys are hashed.</param>
internal sealed class OffsetMap(long maxBytes, double loadFactor, KeyHash hash)
{
    private const int BytesPerSlot = 24;
    private const int FewestSlots = 64;

    private readonly int _mostSlots = (int)Math.Clamp(maxBytes / BytesPerSlot, FewestSlots, Array.MaxLength);
    private Slot[] _slots = new Slot[FewestSlots];

    /// <summary>How many keys it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Notes the offset of a key, which is larger than all before; false when the key is new and there is no room for it.</summary>
    public bool TryPut(ReadOnlySpan<byte> key, long offset)
    {
        var (low, high) = hash.Of(key);
        ref var slot = ref Find(_slots, low, high);
        if (slot.IsFree)
        {
            if (Count + 1 > _slots.Length * loadFactor)
            {
                if (_slots.Length == _mostSlots)
                    return false;

                Grow();
                slot = ref Find(_slots, low, high);
            }

            Count++;
        }

        slot = new Slot(low, high, offset + 1);
        return true;
    }

    /// <summary>The last offset of a key; -1 when it is not known.</summary>
    public long Find(ReadOnlySpan<byte> key)
    {
        var (low, high) = hash.Of(key);
        return Find(_slots, low, high).NextOffset - 1;
    }

    private static ref Slot Find(Slot[] slots, ulong low, ulong high)
    {
        var index = (int)Math.BigMul(low, (ulong)slots.Length, out _);
        while (!slots[index].IsFree && (slots[index].Low != low || slots[index].High != high))
            index = index + 1 == slots.Length ? 0 : index + 1;

        return ref slots[index];
    }

    private void Grow()
    {
        var larger = new Slot[(int)Math.Min(_slots.Length * 2L, _mostSlots)];
        foreach (var slot in _slots)
        {
            if (!slot.IsFree)
                Find(larger, slot.Low, slot.High) = slot;
        }

        _slots = larger;
    }

    private readonly record struct Slot(ulong Low, ulong High, long NextOffset)
    {
        public bool IsFree => NextOffset == 0;
    }
}
