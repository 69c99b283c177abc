using FlowLog.Broker.Metadata.Decisions;

namespace FlowLog.Broker.Metadata;

/// <summary>Gives out producer ids from blocks that the controller reserved for this broker. Ids of a block that is not used up are lost at a restart, which costs nothing. Thread-safe.</summary>
internal sealed class ProducerIds(Controller controller, int brokerId)
{
    private readonly Queue<Action<long>> _waiting = new();
    private readonly Lock _lock = new();
    private long _next;
    private long _end;
    private bool _asking;

    /// <summary>Calls back with an id that nobody else gets: at once, or when the next block is there.</summary>
    public void Next(Action<long> got)
    {
        long id;
        lock (_lock)
        {
            if (_next == _end)
            {
                _waiting.Enqueue(got);
                Ask();
                return;
            }

            id = _next++;
            if (_end - _next < ProducerIdBlocks.Size / 10)
                Ask();
        }

        got(id);
    }

    private void Ask()
    {
        if (_asking)
            return;
        _asking = true;
        controller.Submit(image => ProducerIdBlocks.Decide(image, brokerId), Take, _ => _asking = false);
    }

    private void Take(ProducerIdBlock block)
    {
        var served = new List<(Action<long> Got, long Id)>();
        lock (_lock)
        {
            // What is left of the old block is dropped: two blocks at a time would save a few ids and cost a list.
            (_next, _end, _asking) = (block.First, block.First + block.Count, false);
            while (_next < _end && _waiting.TryDequeue(out var got))
                served.Add((got, _next++));
            if (_waiting.Count > 0)
                Ask();
        }

        foreach (var (got, id) in served)
            got(id);
    }
}
