namespace FlowLog.Testing.Simulation.Network;

/// <summary>
/// One direction of a connection. Bytes come out as they went in, later and cut differently; a reader that does not read stops the writer once the window is full.
/// </summary>
internal sealed class SimulatedPipe(SimulatedNetwork network, SimulatedHost from, SimulatedHost to)
{
    private const int WindowBytes = 256 * 1024;

    // As TCP does, so that a reader of single bytes does not make a writer of single bytes.
    private const int LeastRoom = WindowBytes / 4;

    private readonly Queue<Action> _underWay = new();
    private readonly Queue<byte[]> _arrived = new();
    private int _firstRead;
    private int _underWayBytes;
    private bool _moving;
    private bool _ending;
    private bool _ended;
    private bool _abandoned;
    private SimulatedPipe? _back;

    /// <summary>Called when there is something to read, the end, or a break.</summary>
    public Action? BecameReadable { get; set; }

    /// <summary>Called when there is room again, or a break.</summary>
    public Action? BecameWritable { get; set; }

    public bool IsBroken { get; private set; }

    /// <summary>Bytes that may be read now.</summary>
    public int Unread { get; private set; }

    /// <summary>Nothing more will come and everything was read.</summary>
    public bool IsAtEnd => _ended && Unread == 0;

    /// <summary>Takes as many bytes as there is room for.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        var room = WindowBytes - _underWayBytes - Unread;
        var taken = _ending || IsBroken || room < Math.Min(LeastRoom, bytes.Length) ? 0 : Math.Min(bytes.Length, room);
        for (var done = 0; done < taken;)
        {
            var piece = bytes.Slice(done, network.Fragment(taken - done)).ToArray();
            _underWayBytes += piece.Length;
            done += piece.Length;
            Deliver(() => Arrive(piece));
        }

        return taken;
    }

    /// <summary>Says that nothing more will be written.</summary>
    public void End()
    {
        if (_ending || IsBroken)
            return;

        _ending = true;
        Deliver(() =>
        {
            _ended = true;
            BecameReadable?.Invoke();
        });
    }

    public int Read(Span<byte> into)
    {
        var done = 0;
        while (done < into.Length && _arrived.TryPeek(out var first))
        {
            var count = Math.Min(first.Length - _firstRead, into.Length - done);
            first.AsSpan(_firstRead, count).CopyTo(into[done..]);
            done += count;
            _firstRead += count;
            if (_firstRead == first.Length)
            {
                _arrived.Dequeue();
                _firstRead = 0;
            }
        }

        Unread -= done;
        if (done > 0 && WindowBytes - _underWayBytes - Unread >= LeastRoom)
            network.Soon(() => BecameWritable?.Invoke());

        return done;
    }

    /// <summary>The reader is gone: the writer hears of it once something arrives that nobody will read.</summary>
    /// <param name="back">The other direction, where that is broken as well then.</param>
    public void Abandon(SimulatedPipe? back = null)
    {
        _abandoned = true;
        _back = back;
        BecameReadable = null;
        if (Unread > 0)
            network.AfterDelay(Refuse);
    }

    /// <summary>This direction is reset: what was not read is lost.</summary>
    public void Break()
    {
        if (IsBroken)
            return;

        IsBroken = true;
        Unread = 0;
        _arrived.Clear();
        _underWay.Clear();
        BecameReadable?.Invoke();
        BecameWritable?.Invoke();
    }

    /// <summary>The news that the writer reset the connection goes the way of the bytes, behind them, and breaks both directions where it arrives.</summary>
    public void Reset(SimulatedPipe back) => Deliver(() =>
    {
        Break();
        back.Break();
    });

    /// <summary>Goes on with what a cut wire held back.</summary>
    public void Move()
    {
        if (_moving || _underWay.Count == 0)
            return;

        if (network.IsCut(from, to))
        {
            network.Hold(this);
            return;
        }

        _moving = true;
        network.AfterDelay(() =>
        {
            _moving = false;
            if (!network.IsCut(from, to) && _underWay.TryDequeue(out var delivery))
                delivery();

            Move();
        });
    }

    private void Refuse()
    {
        Break();
        _back?.Break();
    }

    private void Deliver(Action delivery)
    {
        _underWay.Enqueue(delivery);
        Move();
    }

    private void Arrive(byte[] piece)
    {
        _underWayBytes -= piece.Length;
        if (_abandoned)
        {
            network.AfterDelay(Refuse);
            return;
        }

        Unread += piece.Length;
        _arrived.Enqueue(piece);
        BecameReadable?.Invoke();
    }
}
