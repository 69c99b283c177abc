using System.Diagnostics;

namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>Waits for what another process brings about in its own time: asks again and again, and says what it waited for when that does not come.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_betweenQuestions = TimeSpan.FromMilliseconds(20);

    /// <param name="what">What it waits for, as the end of "Waited in vain until ...".</param>
    /// <param name="isSo">Whether it has come about; an exception ends the waiting.</param>
    /// <param name="limit">A minute unless told.</param>
    public static Task UntilAsync(string what, Func<bool> isSo, TimeSpan? limit = null) => UntilAsync(what, () => Task.FromResult(isSo()), limit);

    /// <inheritdoc cref="UntilAsync(string, Func{bool}, TimeSpan?)"/>
    public static Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? limit = null) => UntilAsync(what, async () => await isSo() ? null : "it is not so", limit);

    /// <param name="what">What it waits for, as the end of "Waited in vain until ...".</param>
    /// <param name="missing">What is still missing, null when nothing is; an exception ends the waiting.</param>
    /// <param name="limit">A minute unless told.</param>
    public static async Task UntilAsync(string what, Func<Task<string?>> missing, TimeSpan? limit = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (await missing() is { } still)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < (limit ?? s_usual), $"Waited in vain until {what}: {still}");
            await Task.Delay(s_betweenQuestions, TestContext.Current.CancellationToken);
        }
    }
}
