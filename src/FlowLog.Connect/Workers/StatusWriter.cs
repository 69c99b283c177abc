using System.Threading.Channels;
using FlowLog.Connect.Offsets;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>Writes states in the order in which they were reached, without making those who reach them wait.</summary>
internal sealed class StatusWriter : IAsyncDisposable
{
    private readonly Channel<Func<ValueTask>> _writes = Channel.CreateUnbounded<Func<ValueTask>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly StatusLog _statuses;
    private readonly ConnectWorkerOptions _options;
    private readonly string _workerId;
    private readonly Func<int> _generation;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Task _loop;

    public StatusWriter(StatusLog statuses, ConnectWorkerOptions options, string workerId, Func<int> generation, TimeProvider clock, ILogger log)
    {
        _statuses = statuses;
        _options = options;
        _workerId = workerId;
        _generation = generation;
        _clock = clock;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>What this worker calls itself in states: host and port.</summary>
    public string WorkerId => _workerId;

    public void Write(string connector, RunState state, Exception? why = null, string? version = null)
    {
        var status = new Status(state, _workerId, _generation(), why?.ToString(), version);
        Enqueue(() => IsSafeKind(state) ? _statuses.WriteSafelyAsync(connector, status, default) : _statuses.WriteAsync(connector, status, default));
    }

    public void Write(ConnectorTaskId task, RunState state, Exception? why = null, string? version = null, bool finished = false)
    {
        var status = new Status(state, _workerId, _generation(), why?.ToString(), version) { IsFinished = finished };
        Enqueue(() => IsSafeKind(state) ? _statuses.WriteSafelyAsync(task, status, default) : _statuses.WriteAsync(task, status, default));
    }

    public void Forget(string connector) => Enqueue(() => _statuses.WriteAsync(connector, null, default));

    public void Forget(ConnectorTaskId task) => Enqueue(() => _statuses.WriteAsync(task, null, default));

    /// <summary>A listener that writes what a task does.</summary>
    public ITaskListener ListenerOf(ConnectorTaskId task, string? version) => new Listener(this, task, version);

    /// <summary>Completes when everything reached so far is written.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            done.SetResult();
            return default;
        });
        await done.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _loop;
    }

    // What a worker says about something that it no longer has, or that failed on it, must not hide what the new owner says.
    private static bool IsSafeKind(RunState state) => state is RunState.Unassigned or RunState.Failed;

    private void Enqueue(Func<ValueTask> write) => _writes.Writer.TryWrite(write);

    private void WriteUse(ConnectorTaskId task, string topic)
    {
        if (!_options.TopicTrackingEnable)
            return;

        var use = new TopicUse(topic, task.Connector, task.Task, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        Enqueue(() => _statuses.TopicsOf(task.Connector).Any(known => known.Topic == topic) ? default : _statuses.WriteAsync(use, default));
    }

    private async Task RunAsync()
    {
        while (await _writes.Reader.WaitToReadAsync())
        {
            while (_writes.Reader.TryRead(out var write))
            {
                try
                {
                    await write();
                }
                catch (Exception problem)
                {
                    _log.StateNotWritten(problem);
                }
            }
        }
    }

    private sealed class Listener(StatusWriter writer, ConnectorTaskId task, string? version) : ITaskListener
    {
        public void Running()
        {
            writer._log.TaskRuns(task);
            writer.Write(task, RunState.Running, version: version);
        }

        public void Paused() => writer.Write(task, RunState.Paused, version: version);

        public void Finished()
        {
            writer._log.TaskFinished(task);
            writer.Write(task, RunState.Running, version: version, finished: true);
        }

        public void Failed(Exception why)
        {
            writer._log.TaskFailed(task, why);
            writer.Write(task, RunState.Failed, why, version);
        }

        public void Stopped()
        {
            writer._log.TaskStopped(task);
            writer.Write(task, RunState.Unassigned);
        }

        public void Uses(string topic) => writer.WriteUse(task, topic);
    }
}
