using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Assignment;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>
/// One loop that polls, processes and commits the tasks it is assigned. Everything about a task happens here, one thing at a time; readers from outside take
/// <see cref="Gate"/>, which is held while stores may change.
/// </summary>
internal sealed class StreamThread : IMemberTasks, IRebalanceListener
{
    // Long enough to keep a core busy between polls, short enough to answer a rebalance or a query soon.
    private static readonly TimeSpan s_processingTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patienceAtTheEnd = TimeSpan.FromSeconds(15);
    private const int RecordsAtATime = 500;

    private readonly ThreadParts _parts;
    private readonly StreamsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Action _changed;
    private long _lastCommit;
    private bool _hasMore;
    private Exception? _failure;

    public StreamThread(string name, ThreadParts parts, StreamsOptions options, TimeProvider clock, ILogger log, Action changed)
    {
        Name = name;
        _parts = parts;
        _options = options;
        _clock = clock;
        _log = log;
        _changed = changed;
        _lastCommit = clock.GetTimestamp();
    }

    public string Name { get; }

    public Lock Gate => _parts.Gate;

    /// <summary>Tasks at work; look at them only under <see cref="Gate"/>.</summary>
    public ThreadTasks Tasks => _parts.Tasks;

    /// <summary>Everything assigned is at work.</summary>
    public bool IsRunning { get; private set; }

    private IConsumer Consumer => _parts.Reader.Consumer;

    /// <summary>Runs until it is cancelled; commits, closes its tasks and leaves the group then.</summary>
    /// <exception cref="StreamsException">A record, or the cluster, stopped it.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var clean = false;
        try
        {
            _parts.Subscribe(this);
            while (!stopping.IsCancellationRequested)
                await StepAsync(stopping);

            clean = true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            clean = true;
        }
        catch (Exception problem)
        {
            _log.ThreadFailed(problem, Name);
            throw;
        }
        finally
        {
            IsRunning = false;
            await CloseAsync(clean);
        }
    }

    void IMemberTasks.Assigned(IReadOnlyDictionary<TaskId, IReadOnlyList<TopicPartition>> tasks) => Tasks.Want(tasks);

    void IMemberTasks.Failed(Exception problem) => _failure ??= problem;

    ValueTask IRebalanceListener.OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation)
    {
        // Nothing may come before the task is there; a task that was quicker than this call reads already.
        Consumer.Pause([.. added.Where(partition => Tasks.QueueOf(partition) is null)]);
        return ValueTask.CompletedTask;
    }

    async ValueTask IRebalanceListener.OnRevokedAsync(IReadOnlyCollection<TopicPartition> revoked, CancellationToken cancellation)
    {
        var leaving = Tasks.Reading(revoked);
        if (leaving.Count == 0)
            return;

        await TryCommitAsync(cancellation);
        Tasks.Close(leaving);
    }

    async ValueTask IRebalanceListener.OnLostAsync(IReadOnlyCollection<TopicPartition> lost, CancellationToken cancellation)
    {
        _log.TasksLost(null, Name);
        Tasks.CloseAll();
        await _parts.Commits.AbandonAsync(cancellation);
    }

    private async ValueTask StepAsync(CancellationToken stopping)
    {
        try
        {
            await _parts.Reader.PollAsync(WaitTime(), Tasks, stopping);
            if (_failure is not null)
                throw _failure;

            await FollowAssignmentAsync(stopping);
            await ProcessAsync(stopping);
            await CommitIfDueAsync(stopping);
        }
        catch (FlowLogException problem) when (_parts.Commits.IsBroken(problem))
        {
            await StartOverAsync(problem, stopping);
            await Task.Delay(s_pauseAfterFailure, _clock, stopping);
        }
        catch (FlowLogException problem) when (problem.IsRetriable)
        {
            _log.ClusterUnreachable(problem, Name);
            await Task.Delay(s_pauseAfterFailure, _clock, stopping);
        }
    }

    private async ValueTask FollowAssignmentAsync(CancellationToken stopping)
    {
        if (Tasks.Surplus() is { Count: > 0 } surplus)
        {
            await TryCommitAsync(stopping);
            Tasks.Close(surplus);
        }

        if (!Tasks.IsComplete)
        {
            await _parts.Output.InitializeAsync(stopping);
            await Tasks.OpenAsync([.. Consumer.Assignment], stopping);
            await Tasks.RestoreAsync(_hasMore ? TimeSpan.Zero : _options.PollTime, _parts.Reader, stopping);
        }

        if (Tasks.IsComplete == IsRunning)
            return;

        IsRunning = Tasks.IsComplete;
        _changed();
    }

    private TimeSpan WaitTime()
    {
        if (Tasks.IsRestoring || _hasMore)
            return TimeSpan.Zero;

        var untilCommit = _options.TimeBetweenCommits - _clock.GetElapsedTime(_lastCommit);
        return untilCommit > TimeSpan.Zero && untilCommit < _options.PollTime && Tasks.Running.Any(task => task.NeedsCommit) ? untilCommit : _options.PollTime;
    }

    private async ValueTask ProcessAsync(CancellationToken stopping)
    {
        var started = _clock.GetTimestamp();
        var processed = true;
        while (processed && !stopping.IsCancellationRequested && _clock.GetElapsedTime(started) < s_processingTime)
        {
            processed = false;
            foreach (var task in Tasks.Running)
            {
                var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
                lock (Gate)
                {
                    processed |= task.Process(RecordsAtATime, now) > 0;
                    task.PunctuateWallClock(now);
                }
            }

            await _parts.Output.DrainAsync(stopping);
        }

        _hasMore = processed;
        _parts.Reader.Throttle(Tasks.Running);
    }

    private async ValueTask CommitIfDueAsync(CancellationToken stopping)
    {
        var isDue = _clock.GetElapsedTime(_lastCommit) >= _options.TimeBetweenCommits
            || Tasks.Running.Any(task => task.Context.CommitRequested)
            || Tasks.Running.Sum(task => task.UncommittedBytes) > _options.UncommittedMaxBytes / _options.Threads;
        if (!isDue)
            return;

        if (Tasks.Running.Any(task => task.HasMoved))
            await TryCommitAsync(stopping);

        _lastCommit = _clock.GetTimestamp();
        _parts.Purge.RunIfDue(Tasks.Running);
    }

    private async ValueTask TryCommitAsync(CancellationToken cancellation)
    {
        try
        {
            await _parts.Commits.CommitAsync([.. Tasks.Running.Where(task => task.HasMoved)], cancellation);
        }
        catch (FlowLogException problem) when (_parts.Commits.IsPutOff(problem))
        {
            _log.CommitPutOff(problem, Name);
        }
        catch (FlowLogException problem) when (_parts.Commits.IsBroken(problem))
        {
            await StartOverAsync(problem, cancellation);
        }
    }

    // Forgets everything since the last commit: tasks are opened again, in the state and at the positions that are committed.
    private async ValueTask StartOverAsync(FlowLogException problem, CancellationToken cancellation)
    {
        _log.TasksLost(problem, Name);
        Tasks.CloseAll();
        await _parts.Commits.AbandonAsync(cancellation);
    }

    private async Task CommitAtTheEndAsync()
    {
        using var patience = new CancellationTokenSource(s_patienceAtTheEnd, _clock);
        await TryCommitAsync(patience.Token);
    }

    // An open transaction would hold up everybody who reads committed records, until the cluster ends it.
    private async Task AbandonAtTheEndAsync()
    {
        using var patience = new CancellationTokenSource(s_patienceAtTheEnd, _clock);
        try
        {
            await _parts.Commits.AbandonAsync(patience.Token);
        }
        catch (Exception problem) when (problem is FlowLogException or OperationCanceledException)
        {
            _log.CloseFailed(problem, Name);
        }
    }

    private async Task CloseAsync(bool clean)
    {
        try
        {
            if (clean)
                await CommitAtTheEndAsync();
        }
        catch (Exception problem)
        {
            _log.CloseFailed(problem, Name);
        }

        Tasks.CloseAll();
        try
        {
            await AbandonAtTheEndAsync();
            await _parts.DisposeAsync();
        }
        catch (Exception problem)
        {
            _log.CloseFailed(problem, Name);
        }
    }
}
