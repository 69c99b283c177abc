namespace FlowLog.Client.Producing;

/// <summary>
/// Knows when all batches begun before a moment are done. Batches join the newest group; a flush closes it, and completes when
/// that group and all before it are empty.
/// </summary>
internal sealed class FlushGroups
{
    private readonly Lock _gate = new();
    private readonly Queue<Group> _closed = new();
    private Group _newest = new();

    /// <summary>True while a flush waits: then nothing lingers.</summary>
    public bool IsFlushing => Volatile.Read(ref _waiting) > 0;

    private int _waiting;

    /// <summary>Batches that are not done.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _newest.Batches + _closed.Sum(group => group.Batches);
        }
    }

    public Group Join()
    {
        lock (_gate)
        {
            _newest.Batches++;
            return _newest;
        }
    }

    public void Done(Group group)
    {
        lock (_gate)
        {
            group.Batches--;
            while (_closed.TryPeek(out var oldest) && oldest.Batches == 0)
            {
                _closed.Dequeue();
                _waiting--;
                oldest.Flushed.TrySetResult();
            }
        }
    }

    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_newest.Batches == 0)
                return _closed.Count == 0 ? Task.CompletedTask : _closed.Last().Flushed.Task;

            var closed = _newest;
            _newest = new Group();
            _closed.Enqueue(closed);
            _waiting++;
            return closed.Flushed.Task;
        }
    }

    internal sealed class Group
    {
        public int Batches { get; set; }

        public TaskCompletionSource Flushed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
