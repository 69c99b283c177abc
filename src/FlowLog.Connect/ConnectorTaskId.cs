namespace FlowLog.Connect;

/// <summary>Names a task: the connector and a number from 0.</summary>
/// <param name="Connector">The connector's name.</param>
/// <param name="Task">The number.</param>
public readonly record struct ConnectorTaskId(string Connector, int Task) : IComparable<ConnectorTaskId>
{
    /// <inheritdoc/>
    public int CompareTo(ConnectorTaskId other)
    {
        var byName = string.CompareOrdinal(Connector, other.Connector);
        return byName != 0 ? byName : Task.CompareTo(other.Task);
    }

    /// <summary><c>name-0</c>, as Kafka writes it.</summary>
    public override string ToString() => $"{Connector}-{Task}";

    /// <summary>Whether the left task comes first.</summary>
    public static bool operator <(ConnectorTaskId left, ConnectorTaskId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left task comes last.</summary>
    public static bool operator >(ConnectorTaskId left, ConnectorTaskId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left task does not come last.</summary>
    public static bool operator <=(ConnectorTaskId left, ConnectorTaskId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left task does not come first.</summary>
    public static bool operator >=(ConnectorTaskId left, ConnectorTaskId right) => left.CompareTo(right) >= 0;
}
