using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>Accepts on the first reactor and deals the connections out to all of them in turn.</summary>
internal sealed unsafe class EpollListener : IListener, IReactorMember
{
    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly Reactor[] _reactors;
    private readonly Func<IServerConnection, IConnectionHandler> _accepted;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _number;
    private int _next;
    private int _spare = OpenSpare();
    private bool _open = true;

    public EpollListener(Socket bound, Reactor[] reactors, Func<IServerConnection, IConnectionHandler> accepted, ILogger log)
    {
        _socket = bound;
        _descriptor = (int)bound.Handle;
        _reactors = reactors;
        _accepted = accepted;
        _log = log;
        EndPoint = (IPEndPoint)bound.LocalEndPoint!;
        reactors[0].Post(() => _number = reactors[0].Add(this, _descriptor, Libc.In));
    }

    public IPEndPoint EndPoint { get; }

    public void Ready(uint events)
    {
        var address = stackalloc byte[Libc.AddressBytes];
        while (_open)
        {
            var length = Libc.AddressBytes;
            var socket = Libc.Accept(_descriptor, address, &length, Libc.NonBlockingCloseOnExec);
            if (socket >= 0)
                Deal(socket, SocketAddress.Parse(new ReadOnlySpan<byte>(address, Math.Min(length, Libc.AddressBytes))));
            else if (!ContinuesAfter(Marshal.GetLastPInvokeError()))
                return;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reactors[0].Post(Close);
        return new ValueTask(_closed.Task);
    }

    private static int OpenSpare() => Libc.Open("/dev/null", 0x80000 /* close on exec */);

    private void Deal(int socket, IPEndPoint remote)
    {
        var reactor = _reactors[_next++ % _reactors.Length];
        reactor.Post(() =>
        {
            try
            {
                _ = new EpollConnection(reactor, socket, remote, _accepted);
            }
            catch (Exception failure)
            {
                _log.ConnectionNotTaken(failure, remote);
                _ = Libc.Close(socket);
            }
        });
    }

    private bool ContinuesAfter(int errno)
    {
        switch (errno)
        {
            case Libc.Interrupted or Libc.ConnectionAborted or Libc.ProtocolError:
                return true;
            case Libc.WouldBlock:
                return false;
            case Libc.TooManyFiles or Libc.TooManyFilesInSystem:
                RefuseOne();
                return false;
            default:
                _log.AcceptFailed(errno, EndPoint);
                return false;
        }
    }

    // Without a descriptor left the connection would stay in the queue and wake us for ever: a spare one is given up to accept and close it.
    private void RefuseOne()
    {
        _log.OutOfDescriptors(EndPoint);
        _ = Libc.Close(_spare);
        var socket = Libc.Accept(_descriptor, null, null, Libc.NonBlockingCloseOnExec);
        if (socket >= 0)
            _ = Libc.Close(socket);

        _spare = OpenSpare();
    }

    private void Close()
    {
        if (_open)
        {
            _open = false;
            _reactors[0].Remove(_number);
            _socket.Dispose();
            _ = Libc.Close(_spare);
        }

        _closed.TrySetResult();
    }
}
