using System.Runtime.InteropServices;
using FlowLog.Runtime.Disk;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>What whoever added a frame must do.</summary>
internal enum SendDuty
{
    /// <summary>Somebody else writes, or will.</summary>
    None,

    /// <summary>Call <see cref="SendQueue.Drain"/> at once.</summary>
    Drain,

    /// <summary>Have the reactor call <see cref="SendQueue.Drain"/>.</summary>
    WakeReactor,
}

/// <summary>How a <see cref="SendQueue.Drain"/> ended.</summary>
internal enum DrainEnd
{
    /// <summary>Everything is sent.</summary>
    Empty,

    /// <summary>The socket takes no more for now; <see cref="SendQueue.BecameWritable"/> will tell.</summary>
    Blocked,

    /// <summary>Others should have a turn; the reactor is to drain again.</summary>
    Yielded,

    /// <summary>The connection is broken or was shut; nothing will be sent any more.</summary>
    Dead,
}

/// <summary>
/// The frames that wait for one socket, and the rule that exactly one thread writes to it: whoever finds the queue at rest writes, so that a small answer
/// leaves from the thread that made it, with no hop. Everybody else only adds.
/// </summary>
internal sealed unsafe class SendQueue(int socket)
{
    /// <summary>Longer runs of a file block the other connections of a reactor for too long.</summary>
    private const int FilePieceBytes = 128 * 1024;

    private const int BytesPerTurn = 1 << 20;
    private const int SmallFrameBytes = 4 * 1024;

    [ThreadStatic]
    private static byte[]? s_gathered;

    private readonly Lock _gate = new();
    private OutgoingFrame? _head;
    private OutgoingFrame? _tail;
    private volatile State _state;
    private bool _corked;
    private bool _shut;
    private int _edges;
    private long _unsent;

    private enum State
    {
        Idle,
        Scheduled,
        Writing,
        Blocked,
    }

    public long Unsent => Volatile.Read(ref _unsent);

    /// <summary>The error that broke the connection, 0 when none did.</summary>
    public int Error { get; private set; }

    /// <summary>Why it broke, where the operating system was not the cause.</summary>
    public Exception? Failure { get; private set; }

    public SendDuty Add(OutgoingFrame frame, bool onReactor)
    {
        lock (_gate)
        {
            if (!_shut)
            {
                if (_tail is null)
                    _head = frame;
                else
                    _tail.Next = frame;

                _tail = frame;
                _unsent += frame.Length;
                if (_state != State.Idle)
                    return SendDuty.None;

                // Files may have to come from the platter, and that must not hold up a thread that is not a reactor's own.
                var deferred = onReactor ? _corked : frame.HasSplices;
                _state = deferred ? State.Scheduled : State.Writing;
                return !deferred ? SendDuty.Drain : onReactor ? SendDuty.None : SendDuty.WakeReactor;
            }
        }

        frame.Dispose();
        return SendDuty.None;
    }

    /// <summary>Until <see cref="Uncork"/>, frames added on the reactor's thread are gathered.</summary>
    public void Cork() => _corked = true;

    public void Uncork() => _corked = false;

    /// <summary>True when a drain was put off to this moment; the caller drains.</summary>
    public bool TakeScheduled() => _state == State.Scheduled && Enter(State.Scheduled);

    /// <summary>The socket can take bytes again. True: the caller drains.</summary>
    public bool BecameWritable()
    {
        if (_state == State.Idle)
            return false;

        lock (_gate)
        {
            _edges++;
            if (_state != State.Blocked)
                return false;

            _state = State.Writing;
            return true;
        }
    }

    /// <summary>Sends as much as the socket takes. Only for whoever was told to.</summary>
    public DrainEnd Drain()
    {
        var budget = BytesPerTurn;
        while (true)
        {
            var edges = Volatile.Read(ref _edges);
            if (!TryPeek(out var frame))
                return _shut ? DrainEnd.Dead : DrainEnd.Empty;

            if (budget <= 0)
                return Leave(State.Scheduled, DrainEnd.Yielded);

            var sent = frame.HasSplices || frame.Next is null || frame.Unsent > SmallFrameBytes ? SendPiece(frame) : SendGathered(frame);
            if (sent >= 0)
                budget -= sent;
            else if (Error != 0 || Failure is not null)
                return Leave(State.Blocked, DrainEnd.Dead);
            else if (TryBlock(edges))
                return DrainEnd.Blocked;
        }
    }

    /// <summary>Nothing more is accepted. True when nobody writes, so that the socket may be closed; otherwise the writer's drain ends as <see cref="DrainEnd.Dead"/>.</summary>
    public bool Shut()
    {
        lock (_gate)
        {
            _shut = true;
            return _state != State.Writing;
        }
    }

    /// <summary>Drops what is left. Only after <see cref="Shut"/> and with no writer.</summary>
    public void Drop()
    {
        for (var frame = _head; frame is not null;)
        {
            var next = frame.Next;
            frame.Dispose();
            frame = next;
        }

        (_head, _tail) = (null, null);
    }

    private bool Enter(State from)
    {
        lock (_gate)
        {
            if (_state != from)
                return false;

            _state = State.Writing;
            return true;
        }
    }

    private DrainEnd Leave(State state, DrainEnd end)
    {
        lock (_gate)
        {
            _state = state;
            return _shut ? DrainEnd.Dead : end;
        }
    }

    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OutgoingFrame? frame)
    {
        lock (_gate)
        {
            frame = _shut ? null : _head;
            if (frame is null)
                _state = State.Idle;

            return frame is not null;
        }
    }

    // The edge that tells of room may have come between the failed send and here; then nobody would tell again.
    private bool TryBlock(int edgesSeen)
    {
        lock (_gate)
        {
            if (_edges != edgesSeen || _shut)
                return false;

            _state = State.Blocked;
            return true;
        }
    }

    /// <summary>Sends the next piece of a frame. Negative when nothing was taken.</summary>
    private int SendPiece(OutgoingFrame frame)
    {
        int sent;
        if (!frame.TryNext(out var own, out var piece))
        {
            Finish(frame);
            return 0;
        }

        if (!own.IsEmpty)
        {
            sent = SendBytes(own.Span, more: own.Length < frame.Unsent);
            if (sent > 0)
                frame.SentOwn(sent);
        }
        else
        {
            sent = piece.File is LinuxFile file ? SendFile(file, piece) : SendCopy(piece);
            if (sent > 0)
                frame.SentSpliced(sent);
        }

        if (sent > 0)
            Account(frame, sent);

        return sent;
    }

    /// <summary>Sends several small frames with one call.</summary>
    private int SendGathered(OutgoingFrame first)
    {
        var gathered = s_gathered ??= GC.AllocateUninitializedArray<byte>(16 * SmallFrameBytes);
        var count = 0;
        for (OutgoingFrame? frame = first; frame is { HasSplices: false } && frame.Unsent <= gathered.Length - count; frame = frame.Next)
        {
            frame.Bytes.Span[frame.Progress.Own..].CopyTo(gathered.AsSpan(count));
            count += frame.Unsent;
        }

        if (count == 0)
        {
            Finish(first);
            return 0;
        }

        var sent = SendBytes(gathered.AsSpan(0, count), more: false);
        for (var left = sent; left > 0;)
        {
            var frame = _head!;
            var part = Math.Min(left, frame.Unsent);
            frame.SentOwn(part);
            left -= part;
            Account(frame, part);
        }

        return sent;
    }

    private void Account(OutgoingFrame frame, int sent)
    {
        Interlocked.Add(ref _unsent, -sent);
        if (frame.Unsent == 0)
            Finish(frame);
    }

    private void Finish(OutgoingFrame frame)
    {
        lock (_gate)
        {
            _head = frame.Next;
            if (_head is null)
                _tail = null;
        }

        frame.Dispose();
    }

    private int SendBytes(ReadOnlySpan<byte> bytes, bool more)
    {
        fixed (byte* start = bytes)
        {
            nint sent;
            while ((sent = Libc.Send(socket, start, bytes.Length, Libc.NoSignal | (more ? Libc.More : 0))) < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.Interrupted)
                    return Refused(errno);
            }

            return (int)sent;
        }
    }

    private int SendFile(LinuxFile file, in FileSplice piece)
    {
        var offset = piece.Offset;
        var sent = Libc.SendFile(socket, file.Descriptor.Number, &offset, Math.Min(piece.Count, FilePieceBytes));
        if (sent > 0)
            return (int)sent;

        if (sent == 0)
            return Ended(piece);

        var errno = Marshal.GetLastPInvokeError();
        return errno switch
        {
            Libc.Interrupted => 0,
            Libc.InvalidArgument or Libc.NoSuchCall => SendCopy(piece), // the file system cannot; reading it can
            _ => Refused(errno),
        };
    }

    private int SendCopy(in FileSplice piece)
    {
        var copy = s_gathered ??= GC.AllocateUninitializedArray<byte>(16 * SmallFrameBytes);
        try
        {
            var read = piece.File.Read(piece.Offset, copy.AsSpan(0, Math.Min(piece.Count, copy.Length)));
            return read == 0 ? Ended(piece) : SendBytes(copy.AsSpan(0, read), more: read < piece.Count);
        }
        catch (IOException failure)
        {
            Failure = failure;
            return -1;
        }
    }

    private int Ended(in FileSplice piece)
    {
        Failure = new EndOfStreamException($"'{piece.File.Path}' ends at {piece.Offset}, {piece.Count} bytes before what was promised from it.");
        return -1;
    }

    private int Refused(int errno)
    {
        if (errno != Libc.WouldBlock)
            Error = errno;

        return -1;
    }
}
