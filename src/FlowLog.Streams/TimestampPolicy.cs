namespace FlowLog.Streams;

/// <summary>Where the event time of a record comes from when its source has no extractor of its own.</summary>
public enum TimestampPolicy
{
    /// <summary>The record's own timestamp; a negative one stops the application.</summary>
    FailOnInvalid,

    /// <summary>The record's own timestamp; a record with a negative one is dropped and counted.</summary>
    LogAndSkipOnInvalid,

    /// <summary>The record's own timestamp; for a negative one the largest seen in its partition.</summary>
    UsePartitionTimeOnInvalid,

    /// <summary>The wall clock at the moment the record is taken up.</summary>
    WallClock,
}
