using System.Collections.Concurrent;
using System.Diagnostics;

namespace FlowLog.Cli.Perf;

/// <summary>
/// When records were sent, for their delivery handlers, without an allocation or a look at the clock per record: a few records that follow each other at
/// once share one moment, and moments are used again. One thread sends, one delivers.
/// </summary>
internal sealed class SendTimes(int share)
{
    private readonly ConcurrentQueue<SendMoment> _spare = new();
    private SendMoment? _current;

    /// <summary>The moment for the next record, which is now or (while moments are shared) a few records ago.</summary>
    public SendMoment Next(object owner, bool isCounted)
    {
        var current = _current;
        return current is not null && current.Sent < share && current.IsCounted == isCounted ? current : At(owner, isCounted, Stopwatch.GetTimestamp());
    }

    /// <summary>A moment of its own.</summary>
    public SendMoment At(object owner, bool isCounted, long timestamp)
    {
        if (_current is { } former)
            former.IsFull = true;
        if (!_spare.TryDequeue(out var next))
            next = new SendMoment { Owner = owner };

        next.Start(timestamp, isCounted);
        return _current = next;
    }

    /// <summary>One record of this moment is through.</summary>
    public void Done(SendMoment moment)
    {
        moment.Done++;
        if (moment.IsFull && moment.Done == moment.Sent)
            _spare.Enqueue(moment);
    }
}

/// <summary>A moment at which records were sent.</summary>
internal sealed class SendMoment
{
    private volatile bool _isFull;

    /// <summary>Who wants to know of the deliveries.</summary>
    public required object Owner { get; init; }

    /// <summary>Timestamp of the clock.</summary>
    public long At { get; private set; }

    /// <summary>False for records of the warm-up.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Records sent at it; belongs to the sender.</summary>
    public int Sent { get; set; }

    /// <summary>Records delivered; belongs to the delivery loop.</summary>
    public int Done { get; set; }

    /// <summary>No more records will share it.</summary>
    public bool IsFull { get => _isFull; set => _isFull = value; }

    public void Start(long at, bool isCounted) => (At, IsCounted, Sent, Done, IsFull) = (at, isCounted, 0, 0, false);
}
