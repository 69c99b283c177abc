using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Storage;

/// <summary>
/// Files that were renamed to <c>.deleted</c> (folders to <c>-delete</c>) and wait for readers that may still hold them. What a stop
/// leaves is found by the next start.
/// </summary>
internal sealed class DeferredDeletions(ILogger log)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(string What, Action Delete), long> _waiting = new();

    /// <summary>Deletes something once its time has come.</summary>
    public void Schedule(string what, long dueAt, Action delete)
    {
        lock (_gate)
            _waiting.Enqueue((what, delete), dueAt);
    }

    /// <summary>Deletes everything whose time has come.</summary>
    public void RunDue(long now)
    {
        while (TryTake(now, out var due))
        {
            try
            {
                due.Delete();
            }
            catch (IOException failure)
            {
                log.CannotDelete(due.What, failure.Message);
            }
        }
    }

    private bool TryTake(long now, out (string What, Action Delete) due)
    {
        lock (_gate)
        {
            due = default;
            if (!_waiting.TryPeek(out _, out var dueAt) || dueAt > now)
                return false;

            due = _waiting.Dequeue();
            return true;
        }
    }
}
