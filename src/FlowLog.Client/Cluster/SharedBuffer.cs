using System.Buffers;

namespace FlowLog.Client.Cluster;

/// <summary>
/// Bytes that several owners read from. A pooled one returns to the pool when the last owner releases it; one that is not pooled
/// is left to the collector, for answers whose parts are kept.
/// </summary>
internal sealed class SharedBuffer
{
    private readonly bool _pooled;
    private byte[]? _array;
    private int _holds = 1;

    /// <summary>Takes an array; the creator holds it once.</summary>
    public SharedBuffer(int size, bool pooled)
    {
        _pooled = pooled;
        _array = pooled ? ArrayPool<byte>.Shared.Rent(size) : new byte[size];
        Length = size;
    }

    public int Length { get; }

    public Memory<byte> Memory => (_array ?? throw new ObjectDisposedException(nameof(SharedBuffer))).AsMemory(0, Length);

    public void Hold()
    {
        if (Interlocked.Increment(ref _holds) <= 1)
            throw new ObjectDisposedException(nameof(SharedBuffer), "The buffer was held after its last owner had released it.");
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _holds);
        if (left < 0)
            throw new InvalidOperationException("The buffer was released more often than it was held.");
        if (left > 0 || !_pooled)
            return;

        var array = _array!;
        _array = null;
        ArrayPool<byte>.Shared.Return(array);
    }
}
