namespace FlowLog.Broker.Coordination;

/// <summary>Collects the parts of an answer that come from several shards, and hands them on, in order, when the last is there.</summary>
internal sealed class Gathered<TPart>
    where TPart : class
{
    private readonly TPart[] _parts;
    private readonly Action<TPart[]> _complete;
    private int _missing;

    public Gathered(int count, Action<TPart[]> complete)
    {
        (_parts, _complete, _missing) = (new TPart[count], complete, count);
        if (count == 0)
            complete(_parts);
    }

    /// <summary>Puts the part that belongs at <paramref name="index"/>. From any thread, once for each index.</summary>
    public void Put(int index, TPart part)
    {
        _parts[index] = part;
        if (Interlocked.Decrement(ref _missing) == 0)
            _complete(_parts);
    }
}
