using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Network.Sockets;

/// <summary>
/// An accepted connection on the runtime's sockets. A mailbox plays the reactor's part: everything but sending happens in it, one thing at a time.
/// </summary>
internal sealed class SocketServerConnection : IServerConnection
{
    private const int ScratchBytes = 16 * 1024;

    private readonly Socket _socket;
    private readonly NetworkOptions _options;
    private readonly ILogger _log;
    private readonly Mailbox _mailbox;
    private readonly ReceiveBuffer _input;
    private readonly Queue<OutgoingFrame> _output = new();
    private IConnectionHandler _handler = null!;
    private long _unsent;
    private bool _sending;
    private bool _shut;
    private volatile bool _paused;

    // The rest belongs to the mailbox.
    private bool _offerAgain;
    private bool _receiving;
    private bool _peerEnded;
    private bool _closing;
    private bool _said;
    private bool _ended;

    private SocketServerConnection(Socket socket, NetworkOptions options, ILogger log)
    {
        (_socket, _options, _log) = (socket, options, log);
        _mailbox = new Mailbox(End);
        socket.Blocking = false;
        _input = new ReceiveBuffer(options.Pool);
        Remote = socket.RemoteEndPoint!;
        Local = socket.LocalEndPoint!;
    }

    public EndPoint Remote { get; }

    public EndPoint Local { get; }

    public long UnsentBytes => Interlocked.Read(ref _unsent);

    public bool IsCongested => UnsentBytes > _options.UnsentLimit;

    public static SocketServerConnection Start(Socket socket, Func<IServerConnection, IConnectionHandler> accepted, NetworkOptions options, ILogger log)
    {
        var connection = new SocketServerConnection(socket, options, log);
        connection._mailbox.Post(() => connection.Open(accepted));
        return connection;
    }

    public void Send(OutgoingFrame frame)
    {
        lock (_output)
        {
            if (!_shut)
            {
                _output.Enqueue(frame);
                Interlocked.Add(ref _unsent, frame.Length);
                if (_sending)
                    return;

                _sending = true;
                _ = Task.Run(SendAllAsync);
                return;
            }
        }

        frame.Dispose();
    }

    public void Post(Action action) => _mailbox.Post(() =>
    {
        if (!_ended && !_said)
            action();
    });

    public void PauseReading() => _paused = true;

    public void ResumeReading()
    {
        _paused = false;
        _mailbox.Post(() =>
        {
            _offerAgain = true;
            Turn();
        });
    }

    public void Close() => _mailbox.Post(() =>
    {
        _closing = true;
        Turn();
    });

    private void Open(Func<IServerConnection, IConnectionHandler> accepted)
    {
        try
        {
            _handler = accepted(this);
        }
        catch (Exception failure)
        {
            _log.ConnectionNotTaken(failure, Remote);
            _ended = true;
            _socket.Dispose();
            return;
        }

        Turn();
    }

    private void Turn()
    {
        if (_ended)
            return;

        while (!_paused && !_closing && !IsCongested && (_offerAgain || _input.HoldsComplete))
        {
            _offerAgain = false;
            _input.OfferAgain(_handler);
        }

        if (_closing)
            CloseWhenSent();
        else if (!_paused && !_receiving && !_peerEnded && !IsCongested)
            StartReceiving();
    }

    private void StartReceiving()
    {
        _receiving = true;
        _ = ReceiveAsync();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            // An idle connection waits without a buffer; the bytes themselves are fetched in the mailbox, where the buffer is nobody else's.
            await _socket.ReceiveAsync(Memory<byte>.Empty);
            _mailbox.Post(Receive);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _mailbox.Post(() => End(Lost(failure)));
        }
    }

    private void Receive()
    {
        _receiving = false;
        if (_ended || (_paused && !_said))
            return;

        var scratch = ArrayPool<byte>.Shared.Rent(ScratchBytes);
        try
        {
            var count = _socket.Receive(_input.Room(scratch).Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
                Received(count, scratch);
            else if (error != SocketError.WouldBlock)
                End(Lost(new SocketException((int)error)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        Turn();
    }

    private void Received(int count, byte[] scratch)
    {
        if (_said)
        {
            Discarded(count);
        }
        else if (count > 0)
        {
            _input.Take(count, scratch, _handler);
        }
        else
        {
            _peerEnded = true;
            _handler.Ended();
        }
    }

    private async Task SendAllAsync()
    {
        var copy = ArrayPool<byte>.Shared.Rent(ScratchBytes * 4);
        try
        {
            while (TryTake(out var frame))
            {
                using (frame)
                    await SendAsync(frame, copy);
            }
        }
        catch (Exception failure)
        {
            _mailbox.Post(() => End(Lost(failure)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
            _mailbox.Post(Turn);
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OutgoingFrame? frame)
    {
        lock (_output)
        {
            if (!_shut && _output.TryDequeue(out frame))
                return true;

            frame = null;
            return _sending = false;
        }
    }

    private async Task SendAsync(OutgoingFrame frame, byte[] copy)
    {
        while (frame.TryNext(out var own, out var piece))
        {
            var bytes = own;
            if (own.IsEmpty)
            {
                var read = piece.File.Read(piece.Offset, copy.AsSpan(0, Math.Min(copy.Length, piece.Count)));
                bytes = read > 0 ? copy.AsMemory(0, read) : throw new EndOfStreamException($"'{piece.File.Path}' ends at {piece.Offset}.");
            }

            var sent = await _socket.SendAsync(bytes);
            var congested = IsCongested;
            Interlocked.Add(ref _unsent, -sent);
            if (own.IsEmpty)
                frame.SentSpliced(sent);
            else
                frame.SentOwn(sent);

            if (congested && !IsCongested)
                _mailbox.Post(Turn);
        }
    }

    private void CloseWhenSent()
    {
        if (_said)
            return;

        if (UnsentBytes > 0)
        {
            _ = GiveUpLaterAsync();
            return;
        }

        _said = true;
        _handler.Closed(null);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            End(null);
            return;
        }

        _ = GiveUpLaterAsync();
        if (_peerEnded)
            End(null);
        else if (!_receiving)
            StartReceiving();
    }

    // What the peer still sends is thrown away, so that our last words are not cut off by a reset.
    private void Discarded(int count)
    {
        _input.Clear();
        if (count == 0)
            End(null);
        else
            StartReceiving();
    }

    private async Task GiveUpLaterAsync()
    {
        long before;
        do
        {
            before = UnsentBytes;
            await Task.Delay(_options.CloseLinger);
        }
        while (UnsentBytes < before);

        _mailbox.Post(() => End(null));
    }

    private void End(Exception? why)
    {
        if (_ended)
            return;

        _ended = true;
        lock (_output)
        {
            _shut = true;
            foreach (var frame in _output)
                frame.Dispose();

            _output.Clear();
        }

        _socket.Dispose();
        _input.Clear();
        if (!_said)
            _handler.Closed(why);
    }

    private NetworkException Lost(Exception failure) => failure as NetworkException ?? new NetworkException($"The connection to {Remote} broke: {failure.Message}", failure);
}
