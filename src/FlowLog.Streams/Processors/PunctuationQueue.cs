namespace FlowLog.Streams.Processors;

/// <summary>The callbacks of one kind of time in one task, the next one due first; those due at the same time in the order they were scheduled.</summary>
internal sealed class PunctuationQueue
{
    private readonly PriorityQueue<Punctuation, (long Due, long Order)> _due = new();
    private long _order;

    public bool IsEmpty => _due.Count == 0;

    public void Add(Punctuation punctuation) => _due.Enqueue(punctuation, (punctuation.DueMs, _order++));

    /// <summary>Runs what is due. A callback that fell behind by several intervals runs once.</summary>
    public bool RunDue(long nowMs, Action<Punctuation, long> run)
    {
        var ran = false;
        while (_due.TryPeek(out var next, out var at) && (next.IsCancelled || at.Due <= nowMs))
        {
            _due.Dequeue();
            if (next.IsCancelled)
                continue;

            run(next, nowMs);
            ran = true;
            if (next.IsCancelled)
                continue;

            next.MoveBehind(nowMs);
            Add(next);
        }

        return ran;
    }
}
