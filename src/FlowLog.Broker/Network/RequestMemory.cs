using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Network;

/// <summary>
/// Memory for large requests on their way in. A request takes more as its bytes come, not as it announces them, so that announcing costs nobody anything. Beyond the
/// limit requests wait, those that have begun before those that have not; the oldest may always go on, so that one gets done whatever the limit is.
/// </summary>
/// <remarks>Who holds memory that others wait for, and sends nothing that would fill it, loses his connection.</remarks>
internal sealed class RequestMemory(long limit, TimeProvider clock, ITimers timers)
{
    /// <summary>How long a request may take to fill what it was given while others wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly LinkedList<MemoryClaim> _claims = new();
    private readonly LinkedList<MemoryClaim> _waiting = new();
    private long _taken;
    private bool _watching;

    public long Taken
    {
        get
        {
            lock (_lock)
                return _taken;
        }
    }

    /// <summary>
    /// Raises a claim to <paramref name="bytes"/>. True when it may be used at once; otherwise <see cref="MemoryClaim.Granted"/> is called when it may.
    /// </summary>
    public bool TryTake(MemoryClaim claim, int bytes)
    {
        lock (_lock)
        {
            claim.Place ??= _claims.AddLast(claim);
            claim.Wanted = bytes;
            if (IsOldest(claim) || (_taken < limit && (claim.Bytes > 0 || _waiting.Count == 0)))
            {
                Give(claim);
                return true;
            }

            claim.PlaceInLine = claim.Bytes > 0 ? _waiting.AddFirst(claim) : _waiting.AddLast(claim);
            Watch();
            return false;
        }
    }

    /// <summary>Gives a claim back, or gives up waiting for it.</summary>
    public void Return(MemoryClaim claim)
    {
        List<MemoryClaim> granted = [];
        lock (_lock)
        {
            if (claim.Place is null)
                return;

            LeaveLine(claim);
            _claims.Remove(claim.Place);
            _taken -= claim.Bytes;
            (claim.Place, claim.Bytes, claim.IsWhole) = (null, 0, false);
            while (NextInLine() is { } next)
            {
                LeaveLine(next);
                Give(next);
                granted.Add(next);
            }
        }

        granted.ForEach(next => next.Granted());
    }

    private bool IsOldest(MemoryClaim claim) => _claims.First?.Value == claim;

    private MemoryClaim? NextInLine()
    {
        if (_waiting.First is not { } first)
            return null;

        return _taken < limit ? first.Value : _claims.First is { Value.PlaceInLine: not null } oldest ? oldest.Value : null;
    }

    private void Give(MemoryClaim claim)
    {
        _taken += claim.Wanted - claim.Bytes;
        (claim.Bytes, claim.GivenAt) = (claim.Wanted, clock.GetTimestamp());
    }

    private void LeaveLine(MemoryClaim claim)
    {
        if (claim.PlaceInLine is { } place)
            _waiting.Remove(place);

        claim.PlaceInLine = null;
    }

    private void Watch()
    {
        if (_watching)
            return;

        _watching = true;
        timers.Schedule(Patience, Evict);
    }

    private void Evict()
    {
        List<MemoryClaim> stalled = [];
        lock (_lock)
        {
            _watching = false;
            if (_waiting.Count == 0)
                return;

            stalled.AddRange(_claims.Where(claim => claim.PlaceInLine is null && !claim.IsWhole && clock.GetElapsedTime(claim.GivenAt) >= Patience));
            Watch();
        }

        stalled.ForEach(claim => claim.Evicted());
    }
}

/// <summary>One connection's share of <see cref="RequestMemory"/>.</summary>
/// <param name="granted">Called, from any thread, when a claim that had to wait may be used.</param>
/// <param name="evicted">Called, from any thread, when others need what this one does not use.</param>
internal sealed class MemoryClaim(Action granted, Action evicted)
{
    public Action Granted { get; } = granted;

    public Action Evicted { get; } = evicted;

    /// <summary>What was given.</summary>
    public int Bytes { get; set; }

    /// <summary>What was asked for last.</summary>
    public int Wanted { get; set; }

    /// <summary>When the last of it was given.</summary>
    public long GivenAt { get; set; }

    /// <summary>The request has arrived; it waits for others now, and nobody for its client.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Its place among all claims, by age.</summary>
    public LinkedListNode<MemoryClaim>? Place { get; set; }

    /// <summary>Its place among those that wait.</summary>
    public LinkedListNode<MemoryClaim>? PlaceInLine { get; set; }
}
