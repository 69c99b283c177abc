using FlowLog.Protocol.Errors;
using FlowLog.Runtime;

namespace FlowLog.Client.Cluster;

/// <summary>Repeats what failed for a reason that passes, until it works or time is up.</summary>
internal sealed class Retries(ClientOptions options, World world)
{
    private static readonly TimeSpan s_whileTransactionEnds = TimeSpan.FromMilliseconds(10);

    private readonly Backoff _backoff = new(options.RetryBackoff, options.RetryBackoffMax, world.Random);

    /// <summary>The wait after so many failures in a row.</summary>
    public TimeSpan After(int failures) => _backoff.After(failures);

    /// <summary>As the other one; what waits for the end of the transaction before waits only for milliseconds.</summary>
    public TimeSpan After(int failures, ErrorCode reason) =>
        reason == ErrorCode.ConcurrentTransactions && After(failures) > s_whileTransactionEnds ? s_whileTransactionEnds : After(failures);

    /// <summary>Throws unless the code is none.</summary>
    public static void Check(ErrorCode code, string? detail = null)
    {
        if (code != ErrorCode.None)
            throw Failures.Of(code, detail);
    }

    /// <summary>Runs <paramref name="attempt"/> until it succeeds, fails for good, or <paramref name="limit"/> has passed.</summary>
    /// <param name="what">What cannot be done, for the message: "Cannot commit offsets of group g".</param>
    /// <param name="limit">Time for all attempts together.</param>
    /// <param name="attempt">One attempt; throws a retriable <see cref="FlowLogException"/> to be called again.</param>
    /// <param name="cancellation">Ends everything.</param>
    public async ValueTask<T> RunAsync<T>(string what, TimeSpan limit, Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation)
    {
        var started = world.Clock.GetTimestamp();
        using var time = new CancellationTokenSource(limit, world.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        FlowLogException? last = null;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await attempt(either.Token);
            }
            catch (FlowLogException problem) when (problem.IsRetriable)
            {
                last = problem;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw Failures.TimedOut(what, limit, last);
            }

            var wait = After(failures, last.Code);
            if (limit != Timeout.InfiniteTimeSpan && world.Clock.GetElapsedTime(started) + wait >= limit)
                throw Failures.TimedOut(what, limit, last);

            await Task.Delay(wait, world.Clock, cancellation);
        }
    }

    /// <summary>As the other overload, without a result.</summary>
    public async ValueTask RunAsync(string what, TimeSpan limit, Func<CancellationToken, ValueTask> attempt, CancellationToken cancellation) =>
        await RunAsync(what, limit, async token =>
        {
            await attempt(token);
            return true;
        }, cancellation);
}
