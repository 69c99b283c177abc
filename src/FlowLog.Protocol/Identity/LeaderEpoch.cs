namespace FlowLog.Protocol.Identity;

/// <summary>How often a partition has changed its leader: batches carry it, and a request with a stale one is refused (KIP-320).</summary>
/// <param name="Value">From 0; -1 when unknown.</param>
public readonly record struct LeaderEpoch(int Value) : IComparable<LeaderEpoch>
{
    /// <summary>Unknown: the request does not want it checked.</summary>
    public static LeaderEpoch None => new(-1);

    /// <summary>The epoch of the next leader.</summary>
    public LeaderEpoch Next => new(Value + 1);

    /// <summary>Whether it is unknown.</summary>
    public bool IsNone => Value < 0;

    /// <summary>By age.</summary>
    public static bool operator <(LeaderEpoch left, LeaderEpoch right) => left.Value < right.Value;

    /// <summary>By age.</summary>
    public static bool operator >(LeaderEpoch left, LeaderEpoch right) => left.Value > right.Value;

    /// <summary>By age.</summary>
    public static bool operator <=(LeaderEpoch left, LeaderEpoch right) => left.Value <= right.Value;

    /// <summary>By age.</summary>
    public static bool operator >=(LeaderEpoch left, LeaderEpoch right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(LeaderEpoch other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
