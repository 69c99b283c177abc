namespace FlowLog.Client.Administration;

/// <summary>Which offset to look up.</summary>
/// <param name="Timestamp">Milliseconds since 1970, or one of the protocol's negative codes.</param>
public readonly record struct OffsetSpec(long Timestamp)
{
    /// <summary>The end.</summary>
    public static OffsetSpec Latest => new(-1);

    /// <summary>The oldest offset kept.</summary>
    public static OffsetSpec Earliest => new(-2);

    /// <summary>The record with the largest timestamp.</summary>
    public static OffsetSpec MaxTimestamp => new(-3);

    /// <summary>The first record at or after a time.</summary>
    public static OffsetSpec At(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());
}
