namespace FlowLog.Broker.Log;

/// <summary>Where the records of an epoch end.</summary>
/// <param name="Epoch">The largest known epoch at or below the one asked for; -1 when that is not known.</param>
/// <param name="EndOffset">The offset after its last record; -1 when not known.</param>
internal readonly record struct EpochEnd(int Epoch, long EndOffset)
{
    /// <summary>Nothing is known of the epoch.</summary>
    public static EpochEnd Unknown => new(-1, -1);
}
