namespace FlowLog.Runtime.Loops;

/// <summary>
/// A synchronization context on which whole loops live: a simulation installs one, so that everything a <see cref="Supervisor"/> starts runs on its
/// one thread. Where there is none, loops run on the thread pool.
/// </summary>
public abstract class LoopContext : SynchronizationContext;
