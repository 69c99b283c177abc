using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>Decides what becomes of a record that failed: try again, skip, or fail the task; and tells those who want to know.</summary>
internal sealed class ErrorPolicy(ErrorOptions options, IReadOnlyList<Func<Failure, CancellationToken, ValueTask>> reports, TimeProvider clock, IRandomness random, ILogger log)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(300);

    private long _skipped;

    public bool Tolerates => options.Tolerates;

    /// <summary>Records skipped so far.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>
    /// Called after an attempt failed. While the error may pass, makes the attempt again; its result is the answer. Otherwise the failure
    /// is reported, and the answer is false where errors are tolerated, an exception where not.
    /// </summary>
    public async ValueTask<bool> RecoverAsync(Failure failure, Func<Failure?> again, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        for (var delay = s_firstDelay; failure.Exception is RetriableException && HasTime(started); delay *= 2)
        {
            await Task.Delay(Capped(delay), clock, cancellation);
            if (again() is not { } next)
                return true;
            failure = next;
        }

        await ReportAsync(failure, cancellation);
        return false;
    }

    /// <summary>Reports a failure that no attempt cures; returns where errors are tolerated and throws where not.</summary>
    public async ValueTask ReportAsync(Failure failure, CancellationToken cancellation)
    {
        if (options.Logs)
            Log(failure);
        foreach (var report in reports)
            await report(failure, cancellation);
        if (!options.Tolerates)
        {
            throw new ConnectException(
                $"Tolerance exceeded in error handler: {failure.Stage.Word()} of {failure.Culprit} failed on the record at {Place(failure)}: {failure.Exception.Message}",
                failure.Exception);
        }

        Interlocked.Increment(ref _skipped);
    }

    private bool HasTime(long started) => options.RetryTimeout is not { } timeout || clock.GetElapsedTime(started) < timeout;

    // Beyond the longest pause, a random one: tasks that failed together should not all come back together.
    private TimeSpan Capped(TimeSpan delay) =>
        delay <= options.RetryDelayMax ? delay : TimeSpan.FromMilliseconds(random.NextInt32((int)options.RetryDelayMax.TotalMilliseconds));

    private void Log(Failure failure)
    {
        if (options.LogsMessages)
            log.RecordFailedAt(failure.Task, failure.Stage.Word(), failure.Culprit, Place(failure), failure.Timestamp, failure.Exception);
        else
            log.RecordFailed(failure.Task, failure.Stage.Word(), failure.Culprit, failure.Exception);
    }

    private static string Place(Failure failure) =>
        failure.Offset is null ? failure.Topic : $"{failure.Topic}-{failure.Partition} offset {failure.Offset}";
}
