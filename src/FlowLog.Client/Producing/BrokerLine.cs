using FlowLog.Client.Cluster;

namespace FlowLog.Client.Producing;

/// <summary>The way to one broker: its connection, and how many requests are on it. Used by the send loop; answers only lower the count.</summary>
internal sealed class BrokerLine(ClusterLink link, int nodeId, int mostInFlight, Action wakeSender, Action<Exception> fail)
{
    private BrokerConnection? _connection;
    private int _inFlight;
    private volatile bool _isConnecting;

    public int NodeId => nodeId;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>True while no more requests may leave; the next answer wakes the sender.</summary>
    public bool IsFull => InFlight >= mostInFlight;

    /// <summary>The connection, whatever is on it; null when there is none.</summary>
    public BrokerConnection? Connection => _connection is { IsOpen: true } open ? open : null;

    /// <summary>Completes when all requests that have left so far are answered and dealt with.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>What goes out with the next request.</summary>
    public ProduceCall? Next { get; set; }

    /// <summary>Whether a request may leave now. When there is no connection, it is being opened from here on.</summary>
    public bool IsReady()
    {
        if (IsFull)
            return false;

        if (Connection is not null)
            return true;

        if (!_isConnecting)
        {
            _isConnecting = true;
            _ = ConnectAsync();
        }

        return false;
    }

    public void Left() => Interlocked.Increment(ref _inFlight);

    public void Answered() => Interlocked.Decrement(ref _inFlight);

    private async Task ConnectAsync()
    {
        try
        {
            _connection = await link.ToNodeAsync(nodeId, Lane.General, CancellationToken.None);
        }
        catch (Exception problem) when (problem is FlowLogException or ObjectDisposedException or OperationCanceledException)
        {
            // The leader may have moved; the endpoint makes the next attempt wait.
            link.Metadata.Request();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            fail(problem);
        }

        _isConnecting = false;
        wakeSender();
    }
}
