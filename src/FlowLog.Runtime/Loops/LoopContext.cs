namespace FlowLog.Runtime.Loops;

/// <summary>
/// A synchronization context on which whole loops live: a simulation installs one, so that everything a <see cref="Supervisor"/> starts runs on its
/// one thread. Where there is none, loops run on the thread pool.
/// </summary>
public abstract class LoopContext : SynchronizationContext
{
    /// <summary>Runs work that may take long later, away from the caller: on the pool, or on the caller's loop where everything lives on one.</summary>
    public static void RunLater(Action work)
    {
        if (Current is LoopContext loop)
            loop.Post(static work => ((Action)work!)(), work);
        else
            ThreadPool.QueueUserWorkItem(static work => work(), work, preferLocal: false);
    }
}
