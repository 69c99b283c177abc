namespace FlowLog.Client.Producing;

/// <summary>Bytes that batches may take. Taking never waits; who does not get any waits for the next release and tries again.</summary>
internal sealed class MemoryBudget(long total)
{
    private readonly Lock _gate = new();
    private readonly long _total = total;
    private long _left = total;
    private TaskCompletionSource? _released;

    /// <summary>True when somebody waits: then batches are sent without lingering.</summary>
    public bool IsExhausted => Volatile.Read(ref _released) is not null;

    /// <summary>Bytes not taken.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Takes bytes, or nothing when there are too few. A single batch may be larger than all there are, when none are taken.</summary>
    public bool TryTake(int count)
    {
        lock (_gate)
        {
            if (_left < count && _left < _total)
                return false;

            _left -= count;
            return true;
        }
    }

    public void Release(int count)
    {
        TaskCompletionSource? released;
        lock (_gate)
        {
            _left += count;
            (released, _released) = (_released, null);
        }

        released?.TrySetResult();
    }

    /// <summary>Completes when bytes have been released since the call, or there are some.</summary>
    public Task WaitAsync(int count)
    {
        lock (_gate)
        {
            if (_left >= Math.Min(count, _total))
                return Task.CompletedTask;

            _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _released.Task;
        }
    }
}
