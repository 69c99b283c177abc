namespace FlowLog.Client.Consuming;

/// <summary>Where to read from when there is no committed offset, or when the position no longer exists.</summary>
public enum AutoOffsetReset
{
    /// <summary>The end: only what arrives from now on.</summary>
    Latest,

    /// <summary>The oldest record that is kept.</summary>
    Earliest,

    /// <summary>Nowhere: polling throws an <see cref="OffsetOutOfRangeException"/>.</summary>
    None,
}
