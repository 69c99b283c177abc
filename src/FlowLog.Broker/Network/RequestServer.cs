using System.Collections.Concurrent;
using System.Net;
using FlowLog.Broker.Handlers;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Network;

/// <summary>
/// Where clients come in: opens listeners and turns what arrives into calls of the handlers. The threads are the network's: one reads a request, handles it
/// and answers it.
/// </summary>
internal sealed class RequestServer(HandlerTable handlers, NetworkLimits limits, INetwork network, TimeProvider clock, ITimers timers, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenReports = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClientConnection, bool> _connections = new();
    private readonly List<IListener> _listeners = [];
    private readonly ConnectionCount _count = new(limits);
    private readonly TaskCompletionSource _allGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _reporting = new();
    private long _lastReport = long.MinValue;
    private long _unreported;
    private volatile bool _stopping;

    public HandlerTable Handlers { get; } = handlers;

    public NetworkLimits Limits { get; } = limits;

    public TimeProvider Clock { get; } = clock;

    public ITimers Timers { get; } = timers;

    public ILogger Log { get; } = log;

    public RequestMemory Memory { get; } = new(limits.QueuedRequestBytes, clock, timers);

    /// <summary>Open connections.</summary>
    public int Connections => _count.All;

    /// <summary>Connections closed for what they sent or because there were too many, since the start.</summary>
    public long Refusals { get; private set; }

    /// <summary>
    /// Opens a listener and returns the address it is bound to (the real port when 0 was asked for). Fails with a <see cref="NetworkException"/>.
    /// </summary>
    public IPEndPoint Listen(string name, string host, int port)
    {
        var listener = network.Listen(host, port, connection => Accept(connection, name));
        lock (_listeners)
            _listeners.Add(listener);

        Log.ListenerOpened(name, listener.EndPoint);
        return listener.EndPoint;
    }

    /// <summary>Takes no further connections, and closes those there are once the answers that are ready have left.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        foreach (var listener in TakeListeners())
            await listener.DisposeAsync();

        foreach (var connection in _connections.Keys)
            connection.Close();

        if (!_connections.IsEmpty)
            await _allGone.Task;
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>A connection is over.</summary>
    public void Forget(ClientConnection client, IServerConnection connection, Exception? why)
    {
        if (why is not null)
            Log.ConnectionBroke(why, connection.Remote);

        _count.Remove(connection.Remote);
        _connections.TryRemove(client, out _);
        if (_stopping && _connections.IsEmpty)
            _allGone.TrySetResult();
    }

    /// <summary>Counts a connection that is closed for its client's fault. A flood of them is told in a line a second.</summary>
    public void Refused(EndPoint remote, string reason)
    {
        long others;
        lock (_reporting)
        {
            Refusals++;
            var now = Clock.GetTimestamp();
            if (_lastReport != long.MinValue && Clock.GetElapsedTime(_lastReport, now) < s_betweenReports)
            {
                _unreported++;
                return;
            }

            (_lastReport, others, _unreported) = (now, _unreported, 0);
        }

        Log.ConnectionRefused(remote, reason, others);
    }

    private IConnectionHandler Accept(IServerConnection connection, string listener)
    {
        if (_count.TryAdd(connection.Remote) is { } reason)
        {
            Refused(connection.Remote, reason);
            connection.Close();
            return UnwantedConnection.Instance;
        }

        var client = new ClientConnection(this, connection, listener);
        _connections[client] = true;
        if (_stopping)
            connection.Close();

        return client;
    }

    private IListener[] TakeListeners()
    {
        lock (_listeners)
        {
            var taken = _listeners.ToArray();
            _listeners.Clear();
            return taken;
        }
    }

    /// <summary>One connection too many: nobody listens to what it says.</summary>
    private sealed class UnwantedConnection : IConnectionHandler
    {
        public static readonly UnwantedConnection Instance = new();

        public int Received(Memory<byte> buffered, out int wanted)
        {
            wanted = 0;
            return buffered.Length;
        }

        public void Ended()
        {
        }

        public void Closed(Exception? why)
        {
        }
    }
}
