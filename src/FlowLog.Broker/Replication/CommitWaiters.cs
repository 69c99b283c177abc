using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Replication;

/// <summary>Those who wait for an offset to become durable, released in the order of their offsets, and as they came where these are equal. Thread-safe.</summary>
internal sealed class CommitWaiters
{
    private readonly PriorityQueue<Action<ErrorCode>, (long Offset, long Order)> _waiting = new();
    private long _order;
    private long _done = -1;
    private ErrorCode _ended = ErrorCode.None;

    /// <summary>Calls back once: when <paramref name="offset"/> is durable, which may be at once, or with the reason why it will not be.</summary>
    public void Add(long offset, Action<ErrorCode> callback)
    {
        ErrorCode now;
        lock (_waiting)
        {
            if (offset >= _done && _ended == ErrorCode.None)
            {
                _waiting.Enqueue(callback, (offset, _order++));
                return;
            }

            now = offset < _done ? ErrorCode.None : _ended;
        }

        callback(now);
    }

    /// <summary>Everything below <paramref name="end"/> is durable.</summary>
    public void Release(long end)
    {
        while (Next(end) is { } callback)
            callback(ErrorCode.None);
    }

    /// <summary>Nothing more will become durable.</summary>
    public void End(ErrorCode why)
    {
        List<Action<ErrorCode>> rest;
        lock (_waiting)
        {
            _ended = why;
            rest = [.. _waiting.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)];
            _waiting.Clear();
        }

        foreach (var callback in rest)
            callback(why);
    }

    private Action<ErrorCode>? Next(long end)
    {
        lock (_waiting)
        {
            _done = Math.Max(_done, end);
            return _waiting.TryPeek(out var callback, out var at) && at.Offset < end ? Dequeued(callback) : null;
        }
    }

    private Action<ErrorCode> Dequeued(Action<ErrorCode> callback)
    {
        _waiting.Dequeue();
        return callback;
    }
}
