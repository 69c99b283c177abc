namespace FlowLog.Streams.State.Bytes;

/// <summary>Walks rows. Starts before the first; key and value are valid until it moves on.</summary>
internal abstract class BytesIterator : IDisposable
{
    public static BytesIterator Empty { get; } = new Nothing();

    public abstract ReadOnlySpan<byte> Key { get; }

    public abstract ReadOnlySpan<byte> Value { get; }

    public abstract bool MoveNext();

    public abstract void Dispose();

    private sealed class Nothing : BytesIterator
    {
        public override ReadOnlySpan<byte> Key => [];

        public override ReadOnlySpan<byte> Value => [];

        public override bool MoveNext() => false;

        public override void Dispose()
        {
            // Shared by all, and holds nothing.
        }
    }
}
