using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Network;

/// <summary>
/// Closes a connection that does nothing: no whole request for <c>connections.max.idle.ms</c> while none is in work, or answers that it does not pick up for as long. What
/// counts is whole requests, so a client that drips bytes is idle too.
/// </summary>
internal sealed class IdleWatch
{
    private readonly RequestServer _server;
    private readonly IServerConnection _connection;
    private readonly RequestPipeline _pipeline;
    private readonly Lock _lock = new();
    private ITimerHandle? _timer;
    private long _lastActive;
    private long _unsentBefore;
    private bool _stopped;

    public IdleWatch(RequestServer server, IServerConnection connection, RequestPipeline pipeline)
    {
        (_server, _connection, _pipeline) = (server, connection, pipeline);
        _lastActive = server.Clock.GetTimestamp();
        WakeAfter(server.Limits.MaxIdle);
    }

    /// <summary>When the last request came, or else the connection, as a timestamp of the clock.</summary>
    public long LastActive => Volatile.Read(ref _lastActive);

    /// <summary>Notes that a request has come, and returns when.</summary>
    public long Touch()
    {
        var now = _server.Clock.GetTimestamp();
        Volatile.Write(ref _lastActive, now);
        return now;
    }

    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            _timer?.Cancel();
        }
    }

    private void Check()
    {
        var idle = _server.Clock.GetElapsedTime(Volatile.Read(ref _lastActive));
        var left = _server.Limits.MaxIdle - idle;
        var unsent = _connection.UnsentBytes;
        var progresses = unsent > 0 && unsent < _unsentBefore;
        _unsentBefore = unsent == 0 ? long.MaxValue : unsent;
        if (left > TimeSpan.Zero)
        {
            WakeAfter(left);
        }
        else if (progresses || (unsent == 0 && _pipeline.InWork > 0))
        {
            WakeAfter(_server.Limits.MaxIdle);
        }
        else
        {
            _server.Log.ConnectionIdle(_connection.Remote, idle);
            _connection.Close();
        }
    }

    private void WakeAfter(TimeSpan time)
    {
        lock (_lock)
        {
            if (!_stopped)
                _timer = _server.Timers.Schedule(time, Check);
        }
    }
}
