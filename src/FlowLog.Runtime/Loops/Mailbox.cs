namespace FlowLog.Runtime.Loops;

/// <summary>Runs actions one at a time in the order of posting, on whatever thread of the pool is free.</summary>
/// <param name="failed">Told of an action that threw; the next one runs all the same.</param>
public sealed class Mailbox(Action<Exception> failed) : IThreadPoolWorkItem
{
    private const int ActionsPerTurn = 64;

    private readonly Queue<Action> _actions = new();
    private bool _scheduled;

    /// <summary>Runs an action after those posted before.</summary>
    public void Post(Action action)
    {
        lock (_actions)
        {
            _actions.Enqueue(action);
            if (_scheduled)
                return;

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var i = 0; i < ActionsPerTurn; i++)
        {
            Action? action;
            lock (_actions)
            {
                if (!_actions.TryDequeue(out action))
                {
                    _scheduled = false;
                    return;
                }
            }

            try
            {
                action();
            }
            catch (Exception failure)
            {
                failed(failure);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
