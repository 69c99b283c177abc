namespace FlowLog.Broker.Network;

/// <summary>
/// Memory for large requests on their way in. What is left may be overdrawn by one request, so that a limit below the largest request does not shut it out for ever;
/// who comes later waits, first come first served.
/// </summary>
internal sealed class RequestMemory(long limit)
{
    private readonly LinkedList<MemoryClaim> _waiting = new();
    private long _taken;

    public long Taken
    {
        get
        {
            lock (_waiting)
                return _taken;
        }
    }

    /// <summary>True when the claim may be used at once; otherwise <see cref="MemoryClaim.Granted"/> is called when it may.</summary>
    public bool TryTake(MemoryClaim claim, int bytes)
    {
        lock (_waiting)
        {
            claim.Bytes = bytes;
            if (_waiting.Count == 0 && _taken < limit)
            {
                _taken += bytes;
                return true;
            }

            claim.Place = _waiting.AddLast(claim);
            return false;
        }
    }

    /// <summary>Gives a claim back, or gives up waiting for it.</summary>
    public void Return(MemoryClaim claim)
    {
        List<MemoryClaim>? granted = null;
        lock (_waiting)
        {
            if (claim.Place is { } place)
                _waiting.Remove(place);
            else
                _taken -= claim.Bytes;

            (claim.Place, claim.Bytes) = (null, 0);
            while (_taken < limit && _waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.Place = null;
                _taken += first.Value.Bytes;
                (granted ??= []).Add(first.Value);
            }
        }

        granted?.ForEach(next => next.Granted());
    }
}

/// <summary>One connection's share of <see cref="RequestMemory"/>.</summary>
/// <param name="granted">Called, from any thread, when a claim that had to wait may be used.</param>
internal sealed class MemoryClaim(Action granted)
{
    public Action Granted { get; } = granted;

    public int Bytes { get; set; }

    public LinkedListNode<MemoryClaim>? Place { get; set; }
}
