namespace FlowLog.Client.Cluster;

/// <summary>
/// Waits that can be given up. Unlike <see cref="Task.WaitAsync(CancellationToken)"/> they never change to a pool thread by themselves, so that a
/// simulated world keeps its single thread.
/// </summary>
internal static class TaskWaiting
{
    /// <summary>Waits for the task, or until cancelled; the task itself goes on.</summary>
    public static Task Until(this Task task, CancellationToken cancellation) =>
        task.IsCompleted || !cancellation.CanBeCanceled ? task : UntilAsync(task, cancellation);

    /// <summary>As the other one, with a result.</summary>
    public static async Task<T> Until<T>(this Task<T> task, CancellationToken cancellation)
    {
        await ((Task)task).Until(cancellation);
        return await task;
    }

    private static async Task UntilAsync(Task task, CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.UnsafeRegister(static (ended, token) => ((TaskCompletionSource)ended!).TrySetCanceled(token), ended);
        _ = ForwardAsync(task, ended);
        await ended.Task;
    }

    private static async Task ForwardAsync(Task task, TaskCompletionSource ended)
    {
        try
        {
            await task;
            ended.TrySetResult();
        }
        catch (OperationCanceledException cancelled)
        {
            ended.TrySetCanceled(cancelled.CancellationToken);
        }
        catch (Exception problem)
        {
            ended.TrySetException(problem);
        }
    }
}
