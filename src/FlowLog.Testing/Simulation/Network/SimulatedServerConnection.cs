using System.Buffers;
using System.Net;
using FlowLog.Runtime.Network;

namespace FlowLog.Testing.Simulation.Network;

/// <summary>The end that was connected to: what the reactors do for a socket, in turns of the simulation's one thread.</summary>
internal sealed class SimulatedServerConnection : IServerConnection, ISimulatedEnd
{
    private const long UnsentLimit = 1 << 20;

    private static readonly TimeSpan s_closeLinger = new NetworkOptions().CloseLinger;

    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _host;
    private readonly SynchronizationContext? _context;
    private readonly SimulatedPipe _input;
    private readonly SimulatedPipe _output;
    private readonly ReceiveBuffer _received = new(ArrayPool<byte>.Shared);
    private readonly Queue<Action> _posted = new();
    private readonly Queue<OutgoingFrame> _frames = new();
    private IConnectionHandler _handler = null!;
    private ReadOnlyMemory<byte> _sending;
    private bool _scheduled;
    private bool _paused;
    private bool _offerAgain;
    private bool _peerEnded;
    private bool _closing;
    private bool _givingUp;
    private bool _over;

    public SimulatedServerConnection(SimulatedNetwork network, SimulatedHost host, SimulatedHost peer, SimulatedListener listener, EndPoint remote, SimulatedPipe input, SimulatedPipe output)
    {
        (_network, _host, _context, Peer, Remote, Local, _input, _output) = (network, host, listener.Context, peer, remote, listener.EndPoint, input, output);
        host.Connections.Add(this);
        input.BecameReadable = Schedule;
        output.BecameWritable = Schedule;
        _posted.Enqueue(() => _handler = listener.Accepted(this));
        Schedule();
    }

    public SimulatedHost Peer { get; }

    public EndPoint Remote { get; }

    public EndPoint Local { get; }

    public long UnsentBytes { get; private set; }

    public bool IsCongested => UnsentBytes > UnsentLimit;

    private bool MayRead => !_over && !_paused && !_closing && !IsCongested;

    public void Send(OutgoingFrame frame)
    {
        if (_over)
        {
            frame.Dispose();
            return;
        }

        _frames.Enqueue(frame);
        UnsentBytes += frame.Length;
        Schedule();
    }

    public void Post(Action action)
    {
        _posted.Enqueue(action);
        Schedule();
    }

    public void PauseReading() => _paused = true;

    public void ResumeReading()
    {
        _paused = false;
        _offerAgain = true;
        Schedule();
    }

    public void Close()
    {
        _closing = true;
        Schedule();
    }

    public void Break()
    {
        _input.Break();
        _output.Break();
    }

    public void Die(bool silently)
    {
        _over = true;
        _input.Abandon(_output);
        if (!silently)
            _output.Reset(_input);
    }

    private void Schedule()
    {
        if (_scheduled || _over)
            return;

        _scheduled = true;
        Soon(Turn);
    }

    private void Soon(Action action)
    {
        if (_context is null)
            _network.Soon(action);
        else
            _context.Post(static action => ((Action)action!)(), action);
    }

    private void Turn()
    {
        _scheduled = false;
        if (_over)
            return;

        try
        {
            RunPosted();
            Receive();
        }
        catch (Exception failure)
        {
            Finish(failure);
            return;
        }

        if (_input.IsBroken || _output.IsBroken)
            Finish(new NetworkException($"The connection from {Remote} was reset."));
        else if (SendFrames() && _closing)
            Finish(null);
        else if (_closing)
            GiveUpLater();
    }

    // As long as the peer takes bytes it gets more time for it.
    private void GiveUpLater()
    {
        if (_givingUp || _over)
            return;

        _givingUp = true;
        var before = UnsentBytes;
        _network.After(s_closeLinger, () => Soon(() =>
        {
            _givingUp = false;
            if (UnsentBytes < before)
                GiveUpLater();
            else if (!_over)
                Finish(null);
        }));
    }

    private void RunPosted()
    {
        for (var count = _posted.Count; count > 0 && !_over; count--)
            _posted.Dequeue()();

        if (_posted.Count > 0)
            Schedule();
    }

    private void Receive()
    {
        while (MayRead && (_offerAgain || _received.HoldsComplete || _input.Unread > 0))
        {
            if (_offerAgain || _received.HoldsComplete)
            {
                _offerAgain = false;
                _received.OfferAgain(_handler);
                continue;
            }

            var room = _received.Room(_network.Scratch);
            _received.Take(_input.Read(room.Span), _network.Scratch, _handler);
        }

        if (MayRead && _input.IsAtEnd && !_peerEnded)
        {
            _peerEnded = true;
            _handler.Ended();
        }
    }

    /// <summary>True when everything is sent.</summary>
    private bool SendFrames()
    {
        var wasCongested = IsCongested;
        while (_sending.IsEmpty && _frames.TryDequeue(out var frame))
        {
            try
            {
                Begin(frame);
            }
            catch (IOException failure)
            {
                Finish(failure);
                return false;
            }

            Push();
        }

        Push();
        if (wasCongested && !IsCongested)
            Schedule();

        return _sending.IsEmpty;
    }

    private void Begin(OutgoingFrame frame)
    {
        using (frame)
        {
            var bytes = new ArrayBufferWriter<byte>(Math.Max(1, frame.Length));
            frame.CopyTo(bytes);
            _sending = bytes.WrittenMemory;
        }
    }

    private void Push()
    {
        var sent = _output.Write(_sending.Span);
        _sending = _sending[sent..];
        UnsentBytes -= sent;
    }

    private void Finish(Exception? why)
    {
        if (_over)
            return;

        _over = true;
        _host.Connections.Remove(this);
        foreach (var frame in _frames)
            frame.Dispose();

        _frames.Clear();
        _received.Clear();
        _input.Abandon();
        if (why is null)
            _output.End();
        else
            _output.Reset(_input);

        _handler?.Closed(why);
    }
}
