namespace FlowLog.Broker.Log;

/// <summary>What the checkpoints of a log directory say about a log that is opened.</summary>
/// <param name="WasStoppedCleanly">Whether the last stop wrote its marker.</param>
/// <param name="RecoveryPoint">Up to where the log is known to be on the device; 0 where it is not told.</param>
/// <param name="LogStart">The start of the log; 0 where it is not told.</param>
/// <param name="HighWatermark">The high watermark; 0 where it is not told.</param>
internal readonly record struct LogOpening(bool WasStoppedCleanly, long RecoveryPoint, long LogStart, long HighWatermark)
{
    /// <summary>Up to where the log was cleaned; 0 where it is not told.</summary>
    public long CleanedTo { get; init; }

    /// <summary>See <see cref="LogStoreOptions.StandInOf"/>.</summary>
    public Func<string, long>? StandIn { get; init; }

    /// <summary>Everything below it was on the device at some time: nothing that is told of a log lies behind what was synced.</summary>
    public long Committed => Math.Max(RecoveryPoint, HighWatermark);

    /// <summary>Whether the folder was just made.</summary>
    public bool IsNew { get; init; }

    /// <summary>A log that never existed.</summary>
    public static LogOpening New => new(WasStoppedCleanly: true, 0, 0, 0) { IsNew = true };
}
