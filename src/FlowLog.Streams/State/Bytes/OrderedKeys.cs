namespace FlowLog.Streams.State.Bytes;

/// <summary>
/// A set of keys in byte order: a skip list. Kept beside a hash table for stores whose ranges are read; walking it is safe while keys
/// come and go, because each step looks for the next key after the one it left.
/// </summary>
internal sealed class OrderedKeys
{
    private const int MaxHeight = 20;
    private readonly Node _head = new([], MaxHeight);
    private readonly Node[] _before = new Node[MaxHeight];
    private uint _random = 0x2545F491;

    public void Add(byte[] key)
    {
        FindBefore(key);
        var height = NextHeight();
        var node = new Node(key, height);
        for (var level = 0; level < height; level++)
        {
            node.Next[level] = _before[level].Next[level];
            _before[level].Next[level] = node;
        }
    }

    public void Remove(ReadOnlySpan<byte> key)
    {
        FindBefore(key);
        if (_before[0].Next[0] is not { } found || !found.Key.AsSpan().SequenceEqual(key))
            return;

        for (var level = 0; level < found.Next.Length; level++)
            _before[level].Next[level] = found.Next[level];
    }

    /// <summary>The first key that is not before the given one, or that is behind it.</summary>
    public byte[]? FirstFrom(ReadOnlySpan<byte> key, bool inclusive)
    {
        FindBefore(key);
        var next = _before[0].Next[0];
        if (!inclusive && next is not null && next.Key.AsSpan().SequenceEqual(key))
            next = next.Next[0];

        return next?.Key;
    }

    /// <summary>The last key that is not behind the given one, or that is before it.</summary>
    public byte[]? LastUpTo(ReadOnlySpan<byte> key, bool inclusive)
    {
        FindBefore(key);
        if (inclusive && _before[0].Next[0] is { } next && next.Key.AsSpan().SequenceEqual(key))
            return next.Key;

        return _before[0] == _head ? null : _before[0].Key;
    }

    public byte[]? First() => _head.Next[0]?.Key;

    public byte[]? Last()
    {
        var node = _head;
        for (var level = MaxHeight - 1; level >= 0; level--)
        {
            while (node.Next[level] is { } next)
                node = next;
        }

        return node == _head ? null : node.Key;
    }

    private void FindBefore(ReadOnlySpan<byte> key)
    {
        var node = _head;
        for (var level = MaxHeight - 1; level >= 0; level--)
        {
            while (node.Next[level] is { } next && ByteKeys.Compare(next.Key, key) < 0)
                node = next;

            _before[level] = node;
        }
    }

    // Heights need no outside randomness: they decide speed, never a result, and a fixed start keeps runs repeatable.
    private int NextHeight()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return Math.Min(MaxHeight, 1 + (System.Numerics.BitOperations.TrailingZeroCount(_random | (1u << 30)) / 2));
    }

    private sealed class Node(byte[] key, int height)
    {
        public byte[] Key { get; } = key;

        public Node?[] Next { get; } = new Node?[height];
    }
}
