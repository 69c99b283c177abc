using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Herding;

/// <summary>The herder's loop: one thing after the other, so that what it knows needs no locks.</summary>
internal sealed class HerderLoop : IAsyncDisposable
{
    private readonly Channel<(string What, Func<ValueTask> Work)> _letters =
        Channel.CreateUnbounded<(string, Func<ValueTask>)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Task _loop;
    private (string What, DateTimeOffset Since)? _busy;

    public HerderLoop(TimeProvider clock, ILogger log)
    {
        _clock = clock;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>Leaves a note; what goes wrong is logged.</summary>
    public void Post(string what, Func<ValueTask> work) => _letters.Writer.TryWrite((what, work));

    /// <summary>Waits for the answer. When it takes too long, the exception says what the loop is stuck in.</summary>
    public async ValueTask<T> AskAsync<T>(string what, Func<ValueTask<T>> work, TimeSpan timeout, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(what, async () =>
        {
            try
            {
                answer.TrySetResult(await work());
            }
            catch (Exception problem)
            {
                answer.TrySetException(problem);
            }
        });

        try
        {
            return await answer.Task.WaitAsync(timeout, _clock, cancellation);
        }
        catch (TimeoutException)
        {
            var stage = _busy is { } busy
                ? $"The worker is currently {busy.What}, which began at {busy.Since:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}."
                : "The worker is not doing anything.";
            throw new RequestException(500, $"Request timed out. {stage}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _letters.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _letters.Reader.WaitToReadAsync())
        {
            while (_letters.Reader.TryRead(out var letter))
            {
                _busy = (letter.What, _clock.GetUtcNow());
                try
                {
                    await letter.Work();
                }
                catch (Exception problem)
                {
                    _log.HerderFailed(letter.What, problem);
                }

                _busy = null;
            }
        }
    }
}
