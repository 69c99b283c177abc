namespace FlowLog.Broker.Inspection;

/// <summary>What the files of a log directory say about one of its partitions.</summary>
/// <param name="WasStoppedCleanly">The directory has its clean-shutdown marker: nothing may be torn.</param>
/// <param name="RecoveryPoint">Everything below it was said to be on the device.</param>
/// <param name="HighWatermark">Everything below it was said to be committed.</param>
/// <param name="LogStart">Nothing below it counts.</param>
/// <param name="IsCompacted">A cleaner was there, which leaves holes between offsets.</param>
internal readonly record struct PartitionFacts(bool WasStoppedCleanly, long RecoveryPoint, long HighWatermark, long LogStart, bool IsCompacted)
{
    /// <summary>Whether the next start looks at everything from an offset on, and repairs what is torn there.</summary>
    public bool IsRepairedFrom(long offset) => !WasStoppedCleanly && offset >= RecoveryPoint;
}
