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
internal sealed class RequestServer(
    HandlerTable handlers, NetworkLimits limits, ConnectionLimits connectionLimits, INetwork network, TimeProvider clock, ITimers timers, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenReports = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClientConnection, bool> _connections = new();
    private readonly ConcurrentDictionary<WaitingConnection, bool> _waiting = new();
    private readonly List<IListener> _listeners = [];
    private readonly ConnectionDoor _door = new(connectionLimits, clock, timers);
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

    /// <summary>Open connections, without those that wait for room.</summary>
    public int Connections => _door.All;

    /// <summary>
    /// How many connections there may be. Fewer than there are: those that are idle for the longest go at once, where each of Kafka's threads closes one for each time that it has been
    /// round; a node is given a lower limit because it has too much to carry now. More: those that wait come in.
    /// </summary>
    public ConnectionLimits ConnectionLimits
    {
        get => _door.Limits;
        set
        {
            _door.Limits = value;
            _door.LetIn();
            CloseTooMany();
        }
    }

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

        foreach (var waiting in _waiting.Keys)
            waiting.Close();

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

        _connections.TryRemove(client, out _);
        _door.Leave(client.Guest);
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

    /// <summary>A connection is in: its requests are handled from now on.</summary>
    public ClientConnection Serve(IServerConnection connection, ConnectionGuest guest)
    {
        var client = new ClientConnection(this, connection, guest);
        _connections[client] = true;
        if (_stopping)
            connection.Close();

        CloseTooMany();
        return client;
    }

    /// <summary>A connection is not wanted.</summary>
    public void TurnAway(IServerConnection connection, string reason)
    {
        Refused(connection.Remote, reason);
        connection.Close();
    }

    /// <summary>A connection that had to wait is over before it was served.</summary>
    public void Forget(WaitingConnection waiting)
    {
        _waiting.TryRemove(waiting, out _);
        _door.Leave(waiting.Guest);
    }

    /// <summary>A connection that had to wait is served, or about to.</summary>
    public void Served(WaitingConnection waiting) => _waiting.TryRemove(waiting, out _);

    private IConnectionHandler Accept(IServerConnection connection, string listener)
    {
        var waiting = new WaitingConnection(this, connection, listener);
        switch (_door.Arrive(waiting.Guest, out var refusal))
        {
            case GuestState.Inside:
                return Serve(connection, waiting.Guest);
            case GuestState.Waiting:
                connection.PauseReading();
                _waiting[waiting] = true;
                if (_stopping)
                    connection.Close();
                return waiting;
            default:
                TurnAway(connection, refusal!);
                return waiting;
        }
    }

    // Those that were idle for the longest go first.
    private void CloseTooMany()
    {
        if (_door.TooMany == 0)
            return;

        foreach (var client in _connections.Keys.OrderBy(client => client.LastActive))
        {
            if (_door.TooMany == 0)
                return;

            if (_door.Expel(client.Guest))
                client.TurnAway("there are more connections than max.connections allows, and it was idle for the longest");
        }
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
}
