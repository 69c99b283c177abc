using System.Buffers;

namespace FlowLog.Client.Cluster;

/// <summary>A pooled array that several owners read from; the last one to release it returns it to the pool.</summary>
internal sealed class SharedBuffer
{
    private byte[]? _array;
    private int _holds = 1;

    /// <summary>Rents an array; the creator holds it once.</summary>
    public SharedBuffer(int size)
    {
        _array = ArrayPool<byte>.Shared.Rent(size);
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
        if (left > 0)
            return;
        if (left < 0)
            throw new InvalidOperationException("The buffer was released more often than it was held.");

        var array = _array!;
        _array = null;
        ArrayPool<byte>.Shared.Return(array);
    }
}
