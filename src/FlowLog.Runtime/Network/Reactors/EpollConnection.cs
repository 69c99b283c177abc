using System.Net;
using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>
/// An accepted socket on its reactor. Receiving, the handler's calls and closing happen on the reactor's thread; frames may be sent from any.
/// </summary>
internal sealed unsafe class EpollConnection : IServerConnection, IReactorMember
{
    private const int StepsPerTurn = 8;

    private readonly Reactor _reactor;
    private readonly int _socket;
    private readonly SendQueue _output;
    private readonly ReceiveBuffer _input;
    private readonly IConnectionHandler _handler;
    private readonly ulong _number;
    private IPEndPoint? _local;
    private volatile bool _paused;
    private volatile bool _offerAgain;
    private volatile bool _closing;
    private volatile bool _stalled;

    // The rest belongs to the reactor's thread.
    private bool _readable;
    private bool _peerEnding;
    private bool _peerEnded;
    private bool _broken;
    private Phase _phase;
    private bool _lingerWatched;
    private long _unsentAtLinger;

    public EpollConnection(Reactor reactor, int socket, IPEndPoint remote, Func<IServerConnection, IConnectionHandler> accepted)
    {
        _reactor = reactor;
        _socket = socket;
        Remote = remote;
        _output = new SendQueue(socket);
        _input = new ReceiveBuffer(reactor.Options.Pool);
        _number = reactor.Add(this, socket, Libc.In | Libc.Out | Libc.PeerEnded | Libc.EdgeTriggered);
        try
        {
            _handler = accepted(this);
        }
        catch
        {
            reactor.Remove(_number);
            throw;
        }
    }

    private enum Phase
    {
        Open,

        /// <summary>Everything is said to the peer; what it still sends is thrown away so that our last words are not cut off by a reset.</summary>
        Lingering,

        /// <summary>The handler has been told; the socket is closed as soon as nobody writes to it.</summary>
        Ended,

        Released,
    }

    public EndPoint Remote { get; }

    public EndPoint Local => _local ??= LocalAddress();

    public long UnsentBytes => _output.Unsent;

    public bool IsCongested => _output.Unsent > _reactor.Options.UnsentLimit;

    public void Send(OutgoingFrame frame)
    {
        switch (_output.Add(frame, _reactor.IsCurrent))
        {
            case SendDuty.Drain:
                Drain();
                break;
            case SendDuty.WakeReactor:
                _reactor.Wake(this);
                break;
        }
    }

    public void Post(Action action) => _reactor.Post(this, action);

    public void PauseReading() => _paused = true;

    public void ResumeReading()
    {
        _paused = false;
        _offerAgain = true;
        _reactor.Wake(this);
    }

    public void Close()
    {
        _closing = true;
        _reactor.Wake(this);
    }

    public void Ready(uint events)
    {
        if ((events & Libc.In) != 0)
            _readable = true;

        if ((events & Libc.PeerEnded) != 0)
            _readable = _peerEnding = true;

        if ((events & (Libc.Error | Libc.HangUp)) != 0)
            _readable = _broken = true;

        if ((events & Libc.Out) != 0 && _output.BecameWritable())
            Drain();

        Turn();
    }

    /// <summary>Runs a posted action unless the connection is over.</summary>
    public void Run(Action action)
    {
        if (_phase == Phase.Open)
            action();
    }

    /// <summary>Does whatever can be done now: sends what was put off, offers what is buffered, reads, closes.</summary>
    public void Turn()
    {
        if (_output.TakeScheduled())
            Drain();

        switch (_phase)
        {
            case Phase.Open:
                TurnOpen();
                break;
            case Phase.Lingering:
                Discard();
                break;
            case Phase.Ended when _output.Shut():
                Release();
                break;
        }
    }

    /// <summary>The peer had its time. As long as it keeps taking bytes it gets more of it.</summary>
    public void LingerExpired()
    {
        _lingerWatched = false;
        if (_phase == Phase.Lingering || (_phase == Phase.Open && _output.Unsent >= _unsentAtLinger))
            End(null);
        else if (_phase == Phase.Open)
            WatchLinger();
    }

    private bool HasToOffer => _offerAgain || _input.HoldsComplete;

    private bool MayRead => _phase == Phase.Open && !_paused && !_closing && !IsCongested;

    private void TurnOpen()
    {
        if (_output.Error != 0 || _output.Failure is not null)
        {
            End(_output.Failure ?? Lost(_output.Error));
            return;
        }

        for (var steps = 0; MayRead && (HasToOffer || _readable); steps++)
        {
            if (steps == StepsPerTurn)
            {
                _reactor.Wake(this);
                return;
            }

            if (!(HasToOffer ? Offer(0) : Receive()))
                return;
        }

        WaitForRoom();
        if (_closing)
            CloseWhenSent();
        else if (_broken && _phase == Phase.Open && !MayRead)
            End(Lost(Libc.ConnectionReset));
    }

    // The reading stopped because the peer does not take what it asked for. Whoever gets the unsent bytes below the limit looks at this flag afterwards.
    private void WaitForRoom()
    {
        if (!IsCongested)
            return;

        _stalled = true;
        Interlocked.MemoryBarrier();
        if (!IsCongested)
            _reactor.Wake(this);
    }

    /// <summary>Receives once and offers what came. False when the connection is over.</summary>
    private bool Receive()
    {
        var room = _input.Room(_reactor.Scratch).Span;
        var count = ReceiveInto(room);
        if (count > 0)
        {
            // Less than there was room for means that the socket is empty; the next byte, or the end, comes as a new edge.
            if (count < room.Length && !_peerEnding && !_broken)
                _readable = false;

            return Offer(count);
        }

        _readable = false;
        if (count == 0)
        {
            _peerEnded = true;
            return Guarded(_handler.Ended);
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno == Libc.WouldBlock)
            return true;

        End(Lost(errno));
        return false;
    }

    private int ReceiveInto(Span<byte> room)
    {
        fixed (byte* start = room)
        {
            int count;
            do
                count = (int)Libc.Receive(_socket, start, room.Length, 0);
            while (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
            return count;
        }
    }

    private bool Offer(int received)
    {
        _offerAgain = false;
        _output.Cork();
        try
        {
            if (received > 0)
                _input.Take(received, _reactor.Scratch, _handler);
            else
                _input.OfferAgain(_handler);
        }
        catch (Exception failure)
        {
            End(failure);
            return false;
        }
        finally
        {
            _output.Uncork();
        }

        if (_output.TakeScheduled())
            Drain();

        return _phase == Phase.Open;
    }

    private bool Guarded(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (Exception failure)
        {
            End(failure);
            return false;
        }
    }

    // May run on any thread: whatever follows from it is the reactor's to do.
    private void Drain()
    {
        var end = _output.Drain();
        var unstalled = _stalled && !IsCongested;
        if (unstalled)
            _stalled = false;

        if (unstalled || end is DrainEnd.Yielded or DrainEnd.Dead || (end == DrainEnd.Empty && _closing))
            _reactor.Wake(this);
    }

    private void CloseWhenSent()
    {
        if (_output.Unsent > 0)
        {
            WatchLinger();
            return;
        }

        if (_peerEnded || Libc.Shutdown(_socket, Libc.ShutdownWrite) != 0)
        {
            End(null);
            return;
        }

        _phase = Phase.Lingering;
        _output.Shut();
        _input.Clear();
        WatchLinger();
        TellHandler(null);
        if (_readable)
            Discard();
    }

    private void Discard()
    {
        for (var receives = 0; receives < StepsPerTurn && _readable; receives++)
        {
            var count = ReceiveInto(_reactor.Scratch);
            if (count > 0)
                continue;

            _readable = false;
            if (count == 0 || Marshal.GetLastPInvokeError() != Libc.WouldBlock)
                End(null);

            return;
        }

        if (_readable)
            _reactor.Wake(this);
    }

    private void WatchLinger()
    {
        if (_lingerWatched)
            return;

        _lingerWatched = true;
        _unsentAtLinger = _output.Unsent;
        _reactor.WatchLinger(this);
    }

    private void End(Exception? why)
    {
        if (_phase is Phase.Ended or Phase.Released)
            return;

        var told = _phase == Phase.Lingering;
        _phase = Phase.Ended;
        _input.Clear();
        if (_output.Shut())
            Release();

        if (!told)
            TellHandler(why);
    }

    private void TellHandler(Exception? why)
    {
        try
        {
            _handler.Closed(why);
        }
        finally
        {
            _input.Clear();
        }
    }

    private void Release()
    {
        _phase = Phase.Released;
        _output.Drop();
        _reactor.Remove(_number);
        _ = Libc.Close(_socket);
    }

    private NetworkException Lost(int errno) => new($"talk to {Remote}", errno);

    private IPEndPoint LocalAddress()
    {
        var bytes = stackalloc byte[Libc.AddressBytes];
        var length = Libc.AddressBytes;
        return Libc.LocalAddress(_socket, bytes, &length) == 0
            ? SocketAddress.Parse(new ReadOnlySpan<byte>(bytes, length))
            : new IPEndPoint(IPAddress.None, 0);
    }
}
