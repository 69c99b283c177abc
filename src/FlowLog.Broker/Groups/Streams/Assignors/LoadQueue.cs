namespace FlowLog.Broker.Groups.Streams.Assignors;

/// <summary>
/// Processes, the least loaded first. Which of several with the same load comes first is settled as in Kafka, a binary heap over the order of a hash
/// table: a group that moves from one broker to the other, or is computed anew after a failure, does not shuffle its tasks.
/// </summary>
internal sealed class LoadQueue
{
    private readonly List<ProcessLoad> _heap = [];

    public LoadQueue(IEnumerable<ProcessLoad> processes)
    {
        foreach (var process in processes)
            Enqueue(process);
    }

    public int Count => _heap.Count;

    public void Enqueue(ProcessLoad process)
    {
        _heap.Add(process);
        var at = _heap.Count - 1;
        for (var parent = (at - 1) / 2; at > 0 && process.Load < _heap[parent].Load; parent = (at - 1) / 2)
        {
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = process;
    }

    public ProcessLoad Dequeue()
    {
        var first = _heap[0];
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (_heap.Count > 0)
            Sink(last);

        return first;
    }

    private void Sink(ProcessLoad process)
    {
        var at = 0;
        while (at < _heap.Count / 2)
        {
            var child = (2 * at) + 1;
            if (child + 1 < _heap.Count && _heap[child].Load > _heap[child + 1].Load)
                child++;
            if (process.Load <= _heap[child].Load)
                break;

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = process;
    }
}
