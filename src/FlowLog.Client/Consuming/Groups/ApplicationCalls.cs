using FlowLog.Client.Cluster;

namespace FlowLog.Client.Consuming.Groups;

/// <summary>
/// Calls into the application that wait until it polls: the group's loop hands them over and waits, the poll runs them.
/// </summary>
internal sealed class ApplicationCalls(Action arrived)
{
    private readonly Lock _gate = new();
    private readonly Queue<Call> _waiting = new();

    /// <summary>Hands a call over and completes when the application has run it. What it throws goes to the application, not to the group.</summary>
    public async ValueTask HandOverAsync(Func<CancellationToken, ValueTask> run, CancellationToken cancellation)
    {
        var call = new Call(run);
        lock (_gate)
            _waiting.Enqueue(call);
        arrived();
        await call.Done.Task.Until(cancellation);
    }

    /// <summary>True when a call waits.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0;
        }
    }

    /// <summary>Runs what waits, on the application's call. The first exception comes out when all have run.</summary>
    public async ValueTask RunAsync(CancellationToken cancellation)
    {
        Exception? problem = null;
        while (Next() is { } call)
        {
            try
            {
                await call.Run(cancellation);
            }
            catch (Exception thrown) when (thrown is not OutOfMemoryException)
            {
                problem ??= thrown;
            }

            call.Done.TrySetResult();
        }

        if (problem is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
    }

    private Call? Next()
    {
        lock (_gate)
            return _waiting.TryDequeue(out var call) ? call : null;
    }

    private sealed class Call(Func<CancellationToken, ValueTask> run)
    {
        public Func<CancellationToken, ValueTask> Run => run;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
