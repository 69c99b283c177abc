using FlowLog.Protocol.Errors;

namespace FlowLog.Client.Cluster;

/// <summary>
/// One broker's address and one lane: holds the connection, opens it when needed, and waits longer after each failure.
/// Everybody who needs it while it is being opened waits for the same attempt.
/// </summary>
internal sealed class BrokerEndpoint(BrokerAddress address, TimeProvider clock, Backoff backoff, Func<BrokerAddress, CancellationToken, ValueTask<BrokerConnection>> open)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private BrokerConnection? _connection;
    private Task<BrokerConnection>? _attempt;
    private int _failures;
    private long _failedAt;

    public BrokerAddress Address => address;

    /// <summary>True when a connection stands.</summary>
    public bool IsConnected => _connection is { IsOpen: true };

    /// <summary>True when the last attempt failed: others are the better choice where there is one.</summary>
    public bool IsSuspect => Volatile.Read(ref _failures) > 0;

    public ValueTask<BrokerConnection> GetAsync(CancellationToken cancellation)
    {
        if (_connection is { IsOpen: true } standing)
            return new(standing);

        lock (_gate)
        {
            if (_connection is { IsOpen: true } connection)
                return new(connection);

            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (_attempt is null or { IsCompleted: true })
                _attempt = OpenAsync(_connection);
            return new(_attempt.Until(cancellation));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        Task<BrokerConnection>? attempt;
        lock (_gate)
            attempt = _attempt;

        if (attempt is not null)
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_connection is { } connection)
            await connection.DisposeAsync();
    }

    private async Task<BrokerConnection> OpenAsync(BrokerConnection? former)
    {
        if (former is not null)
            await former.DisposeAsync();

        var wait = backoff.After(_failures) - clock.GetElapsedTime(_failedAt);
        if (_failures > 0 && wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, _closing.Token);

        try
        {
            var connection = await open(address, _closing.Token);
            Volatile.Write(ref _failures, 0);
            _connection = connection;
            return connection;
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or FlowLogException)
        {
            Volatile.Write(ref _failures, _failures + 1);
            _failedAt = clock.GetTimestamp();
            if (problem is FlowLogException)
                throw;

            var reason = problem is OperationCanceledException ? $"Cannot connect to {address}: no answer in time" : problem.Message;
            throw new FlowLogException(ErrorCode.NetworkException, reason, isRetriable: true, problem);
        }
    }
}
