using System.Collections.Immutable;

namespace FlowLog.Connect.Herding;

/// <summary>Connectors and tasks: what there is to run, what somebody runs, what is given or taken.</summary>
internal sealed record Workload(ImmutableSortedSet<string> Connectors, ImmutableSortedSet<ConnectorTaskId> Tasks)
{
    public static Workload Nothing { get; } = new(ImmutableSortedSet.Create<string>(StringComparer.Ordinal), []);

    public bool IsEmpty => Connectors.IsEmpty && Tasks.IsEmpty;

    public static Workload Of(IEnumerable<string> connectors, IEnumerable<ConnectorTaskId> tasks) =>
        new(connectors.ToImmutableSortedSet(StringComparer.Ordinal), [.. tasks]);

    public Workload Union(Workload other) => new(Connectors.Union(other.Connectors), Tasks.Union(other.Tasks));

    public Workload Except(Workload other) => new(Connectors.Except(other.Connectors), Tasks.Except(other.Tasks));

    public Workload Intersect(Workload other) => new(Connectors.Intersect(other.Connectors), Tasks.Intersect(other.Tasks));

    public bool Equals(Workload? other) => other is not null && Connectors.SetEquals(other.Connectors) && Tasks.SetEquals(other.Tasks);

    public override int GetHashCode() => HashCode.Combine(Connectors.Count, Tasks.Count);

    public override string ToString() => $"connectors [{string.Join(", ", Connectors)}], tasks [{string.Join(", ", Tasks)}]";
}
