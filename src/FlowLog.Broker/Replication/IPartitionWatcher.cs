namespace FlowLog.Broker.Replication;

/// <summary>Somebody who waits for a partition to have more to read.</summary>
internal interface IPartitionWatcher
{
    /// <summary>
    /// The high watermark moved, or the partition ended. Called without locks, on the thread that caused it: must be short, may be called
    /// again, and may be called after the watch was ended.
    /// </summary>
    void Changed();
}
