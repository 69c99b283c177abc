namespace FlowLog.Broker.Log;

/// <summary>The answer to "which offset has that time".</summary>
/// <param name="Offset">The record's offset; -1 when there is none.</param>
/// <param name="Timestamp">Its timestamp; -1 when there is none.</param>
/// <param name="LeaderEpoch">Epoch of the leader that appended it; -1 when not known.</param>
internal readonly record struct OffsetLookup(long Offset, long Timestamp, int LeaderEpoch)
{
    /// <summary>No record fits.</summary>
    public static OffsetLookup None => new(-1, -1, -1);

    /// <summary>Whether a record fits.</summary>
    public bool IsFound => Offset >= 0;
}
