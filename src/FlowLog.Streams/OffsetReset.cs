namespace FlowLog.Streams;

/// <summary>Where to begin a topic that the application has no committed position for.</summary>
public sealed record OffsetReset
{
    private OffsetReset(string name, TimeSpan? back = null)
    {
        Name = name;
        Back = back;
    }

    /// <summary>At the oldest record: the application's default.</summary>
    public static OffsetReset Earliest { get; } = new("earliest");

    /// <summary>At the end.</summary>
    public static OffsetReset Latest { get; } = new("latest");

    /// <summary>Nowhere: the application fails.</summary>
    public static OffsetReset None { get; } = new("none");

    internal string Name { get; }

    internal TimeSpan? Back { get; }

    /// <summary>At the first record that is not older than this, seen from now.</summary>
    public static OffsetReset ByDuration(TimeSpan back) => new("by_duration", back);
}
