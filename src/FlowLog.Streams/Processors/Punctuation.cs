namespace FlowLog.Streams.Processors;

/// <summary>A repeated callback of one node.</summary>
internal sealed class Punctuation(string node, long firstMs, long intervalMs, Action<long> callback) : ICancellable
{
    public string Node { get; } = node;

    public Action<long> Callback { get; } = callback;

    public long DueMs { get; private set; } = firstMs;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;

    /// <summary>Keeps to the grid of the first due time; what was missed is left out.</summary>
    public void MoveBehind(long nowMs)
    {
        DueMs += intervalMs;
        if (DueMs <= nowMs)
            DueMs += ((nowMs - DueMs) / intervalMs + 1) * intervalMs;
    }
}
