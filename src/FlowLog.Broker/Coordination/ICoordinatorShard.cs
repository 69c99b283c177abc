namespace FlowLog.Broker.Coordination;

/// <summary>
/// The state of one partition of an internal topic, and the rules for changing it. Requests come in as methods of the implementing class
/// that return a <see cref="Decision"/> and change nothing; <see cref="Apply"/> is the only thing that mutates. No locks, no clock, no I/O:
/// the shell calls it from one thread at a time and tells it the time, so that a simulator can run it by the thousand.
/// </summary>
internal interface ICoordinatorShard
{
    /// <summary>
    /// Applies one event: a record just written, or read back while loading, the end of a transaction, or an event of memory only.
    /// Refuses nothing, and ignores record types that it does not know: a newer broker may have written them.
    /// </summary>
    void Apply(IShardEvent happened, in RecordOrigin origin);

    /// <summary>Called once when the log has been read to its end: deadlines of what was loaded start now.</summary>
    Decision Loaded(Moment now);

    /// <summary>The next time (<see cref="Moment.ElapsedMs"/>) at which <see cref="Tick"/> has something to decide. May be early, must not be late.</summary>
    long NextDeadline { get; }

    /// <summary>Decides what follows from time having passed.</summary>
    Decision Tick(Moment now);
}
