using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>A task that was started, from its start until it is stopped; a failed one stays.</summary>
internal sealed class RunningTask(ITaskRunner runner, ITaskListener listener, ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private Task _run = Task.CompletedTask;

    public ConnectorTaskId Id => runner.Id;

    public void Start() => _run = Task.Run(RunAsync);

    public void SetPaused(bool paused) => runner.SetPaused(paused);

    /// <summary>Asks the task to stop, without waiting.</summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>Completes when the task has stopped, or when it is abandoned because the time is up: then it is cut off from whatever it waits for.</summary>
    public async Task WaitAsync(TimeSpan timeout, TimeProvider clock)
    {
        try
        {
            await _run.WaitAsync(timeout, clock);
        }
        catch (TimeoutException)
        {
            log.TaskAbandoned(Id, timeout);
            await _abandon.CancelAsync();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abandon.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await runner.RunAsync(_stop.Token, _abandon.Token);
            if (_stop.IsCancellationRequested)
                listener.Stopped();
        }
        catch (Exception problem)
        {
            // A task that is being stopped anyway has nobody left who could mend it.
            if (_stop.IsCancellationRequested)
            {
                log.ClosingFailed(Id, problem);
                listener.Stopped();
            }
            else
            {
                listener.Failed(problem);
            }
        }
    }
}
