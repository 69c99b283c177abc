namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>As <see cref="Task.WhenAny(Task[])"/>, which would pass through the thread pool at times and so leave the simulation.</summary>
internal static class First
{
    public static Task<Task> Of(params ReadOnlySpan<Task> tasks)
    {
        var first = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var task in tasks)
            _ = TellAsync(task, first);

        return first.Task;
    }

    private static async Task TellAsync(Task task, TaskCompletionSource<Task> first)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        first.TrySetResult(task);
    }
}
