namespace FlowLog.Protocol.Identity;

/// <summary>The number of a broker or controller.</summary>
/// <param name="Value">From 0; -1 is nobody.</param>
public readonly record struct NodeId(int Value)
{
    /// <summary>Nobody: no leader, no replica.</summary>
    public static NodeId None => new(-1);

    /// <summary>Whether this is nobody.</summary>
    public bool IsNone => Value < 0;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
