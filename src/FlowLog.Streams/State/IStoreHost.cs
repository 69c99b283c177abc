namespace FlowLog.Streams.State;

/// <summary>The task that a store lives in, as the store sees it.</summary>
internal interface IStoreHost
{
    /// <summary>The record being worked on. The record cache sets it while it forwards what an earlier record left.</summary>
    RecordContext Current { get; set; }

    /// <summary>Counts a record that an operator or store could not take.</summary>
    void CountDropped();
}
