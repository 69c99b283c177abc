using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>
/// A native object of RocksDB. What it depends on (an iterator on its database, a database on its cache) is kept alive for as
/// long as it lives: disposing in the wrong order delays the release of the parent and never leaves a dangling pointer.
/// </summary>
internal abstract class RocksHandle : SafeHandle
{
    private static readonly ConcurrentDictionary<Type, StrongBox> s_counts = new();
    private readonly List<RocksHandle> _parents = [];
    private bool _counted;

    protected RocksHandle()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Native objects alive now, of this kind. Tests hold that it returns to where it was.</summary>
    public static int Alive<T>()
        where T : RocksHandle => s_counts.TryGetValue(typeof(T), out var box) ? Volatile.Read(ref box.Count) : 0;

    /// <summary>Takes over a pointer that the library has just returned.</summary>
    public T Holding<T>(nint pointer, params ReadOnlySpan<RocksHandle?> parents)
        where T : RocksHandle
    {
        SetHandle(pointer);
        foreach (var parent in parents)
            DependOn(parent);

        _counted = true;
        Interlocked.Increment(ref s_counts.GetOrAdd(GetType(), static _ => new StrongBox()).Count);
        return (T)this;
    }

    public void DependOn(RocksHandle? parent)
    {
        if (parent is null)
            return;

        var added = false;
        parent.DangerousAddRef(ref added);
        _parents.Add(parent);
    }

    protected abstract void Destroy(nint pointer);

    protected sealed override bool ReleaseHandle()
    {
        Destroy(handle);
        foreach (var parent in _parents)
            parent.DangerousRelease();

        if (_counted)
            Interlocked.Decrement(ref s_counts[GetType()].Count);

        return true;
    }

    private sealed class StrongBox
    {
        public int Count;
    }
}
