using System.Diagnostics;
using System.Runtime.InteropServices;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>
/// One thread with its own epoll: waits for descriptors, reads, handles and answers on the spot. Everything a connection does that is not thread-safe
/// happens here.
/// </summary>
/// <remarks>
/// Sockets are watched edge-triggered for everything at once, so no call to the kernel is spent on changing interest. Other threads hand over work through
/// a list and write to the event descriptor only when the reactor has said that it sleeps.
/// </remarks>
internal sealed unsafe class Reactor
{
    private const ulong WakeUp = ulong.MaxValue;
    private const int EventsPerWait = 256;

    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _wakeUp;
    private readonly AdaptiveSpin _spin;
    private readonly MemberTable _members = new();
    private readonly Lock _gate = new();
    private readonly Queue<(EpollConnection Connection, long Due)> _lingering = new();
    private List<Posted> _posted = [];
    private List<Posted> _running = [];
    private volatile bool _hasPosted;
    private int _sleeping;

    public Reactor(int number, NetworkOptions options, ILogger log)
    {
        _log = log;
        Options = options;
        Scratch = GC.AllocateUninitializedArray<byte>(options.ReceiveBytes, pinned: true);
        _spin = new AdaptiveSpin(options.SpinMicroseconds);
        _epoll = Checked(Libc.EpollCreate(0x80000 /* close on exec */), "create an epoll");
        _wakeUp = Checked(Libc.EventDescriptor(0, Libc.NonBlockingCloseOnExec), "create an event descriptor");
        Checked(EventArray.Add(_epoll, _wakeUp, Libc.In | Libc.EdgeTriggered, WakeUp), "watch the event descriptor");
        _thread = new Thread(Run) { IsBackground = true, Name = $"flowlog-net-{number}" };
        _thread.Start();
    }

    public NetworkOptions Options { get; }

    /// <summary>The receive buffer that all connections of this thread share. Pinned.</summary>
    public byte[] Scratch { get; }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Starts watching a descriptor. On the reactor's thread only. The number goes back with <see cref="Remove"/>.</summary>
    public ulong Add(IReactorMember member, int descriptor, uint events)
    {
        var number = _members.Add(member);
        if (EventArray.Add(_epoll, descriptor, events, number) == 0)
            return number;

        var errno = Marshal.GetLastPInvokeError();
        _members.Remove(number);
        throw new NetworkException("watch a socket", errno);
    }

    /// <summary>Forgets a member. Closing its descriptor ends the watching.</summary>
    public void Remove(ulong number) => _members.Remove(number);

    /// <summary>Runs an action on the reactor's thread.</summary>
    public void Post(Action action) => Hand(new Posted(null, action));

    /// <summary>Runs an action on the reactor's thread unless the connection is gone by then.</summary>
    public void Post(EpollConnection connection, Action action) => Hand(new Posted(connection, action));

    /// <summary>Gives a connection a turn on the reactor's thread.</summary>
    public void Wake(EpollConnection connection) => Hand(new Posted(connection, null));

    /// <summary>Calls <see cref="EpollConnection.LingerExpired"/> after the linger time. On the reactor's thread only.</summary>
    public void WatchLinger(EpollConnection connection) =>
        _lingering.Enqueue((connection, Stopwatch.GetTimestamp() + (long)(Options.CloseLinger.TotalSeconds * Stopwatch.Frequency)));

    private static int Checked(int result, string operation) =>
        result >= 0 ? result : throw new NetworkException(operation, Marshal.GetLastPInvokeError());

    private void Hand(Posted posted)
    {
        lock (_gate)
        {
            _posted.Add(posted);
            _hasPosted = true;
        }

        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
        {
            var one = 1L;
            _ = Libc.Write(_wakeUp, &one, sizeof(long));
        }
    }

    private void Run()
    {
        ThreadSlice.Shorten();
        using var events = new EventArray(EventsPerWait);
        while (true)
        {
            var count = Wait(events);
            for (var i = 0; i < count; i++)
            {
                var (ready, number) = events[i];
                if (number != WakeUp && _members.Find(number) is { } member)
                    Guarded(member, ready);
            }

            RunPosted();
            ExpireLingering();
        }
    }

    private int Wait(EventArray events)
    {
        if (_hasPosted)
            return Poll(events, 0);

        if (_spin.Begin())
        {
            for (var isSpinning = false; !isSpinning || _spin.Continue(); isSpinning = true)
            {
                var ready = Poll(events, 0);
                if (ready == 0 && !_hasPosted)
                    continue;

                if (isSpinning)
                    _spin.Found();
                return ready;
            }
        }

        // Whoever hands over work looks at this flag after adding it, and we look for work after setting it: one of the two sees the other.
        Interlocked.Exchange(ref _sleeping, 1);
        var count = _hasPosted ? 0 : Poll(events, UntilNextLinger());
        Volatile.Write(ref _sleeping, 0);
        return count;
    }

    private int Poll(EventArray events, int milliseconds) =>
        Math.Max(0, Libc.EpollWait(_epoll, events.Start, events.Capacity, milliseconds));

    private void RunPosted()
    {
        if (!_hasPosted)
            return;

        lock (_gate)
        {
            (_posted, _running) = (_running, _posted);
            _hasPosted = false;
        }

        foreach (var posted in _running)
            Guarded(posted);

        _running.Clear();
    }

    private void Guarded(IReactorMember member, uint ready)
    {
        try
        {
            member.Ready(ready);
        }
        catch (Exception failure)
        {
            _log.ReactorStepFailed(failure);
        }
    }

    private void Guarded(in Posted posted)
    {
        try
        {
            if (posted.Action is null)
                posted.Connection!.Turn();
            else if (posted.Connection is { } connection)
                connection.Run(posted.Action);
            else
                posted.Action();
        }
        catch (Exception failure)
        {
            _log.ReactorStepFailed(failure);
        }
    }

    private int UntilNextLinger()
    {
        if (!_lingering.TryPeek(out var first))
            return -1;

        var milliseconds = (first.Due - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency;
        return (int)Math.Clamp(milliseconds + 1, 0, int.MaxValue);
    }

    private void ExpireLingering()
    {
        while (_lingering.TryPeek(out var first) && first.Due <= Stopwatch.GetTimestamp())
        {
            _lingering.Dequeue();
            Guarded(new Posted(null, first.Connection.LingerExpired));
        }
    }

    private readonly record struct Posted(EpollConnection? Connection, Action? Action);
}
