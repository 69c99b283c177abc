namespace FlowLog.Streams;

/// <summary>Which time a punctuation follows.</summary>
public enum Punctuate
{
    /// <summary>The event times of the records that the task takes up: stands still without records.</summary>
    StreamTime,

    /// <summary>The clock.</summary>
    WallClock,
}
