using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowLog.Streams;

/// <summary>One sub-topology over one partition of its inputs: the unit of work that is placed on threads.</summary>
/// <param name="SubTopology">Number of the sub-topology, as <see cref="StreamsTopology.Describe"/> shows it.</param>
/// <param name="Partition">Partition.</param>
public readonly record struct TaskId(int SubTopology, int Partition) : IComparable<TaskId>
{
    /// <summary>By sub-topology, then by partition.</summary>
    public static bool operator <(TaskId left, TaskId right) => left.CompareTo(right) < 0;

    /// <summary>By sub-topology, then by partition.</summary>
    public static bool operator >(TaskId left, TaskId right) => left.CompareTo(right) > 0;

    /// <summary>By sub-topology, then by partition.</summary>
    public static bool operator <=(TaskId left, TaskId right) => left.CompareTo(right) <= 0;

    /// <summary>By sub-topology, then by partition.</summary>
    public static bool operator >=(TaskId left, TaskId right) => left.CompareTo(right) >= 0;

    /// <summary>Reads "1_3".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TaskId id)
    {
        var parts = text?.Split('_') ?? [];
        var valid = parts.Length == 2
            & int.TryParse(parts.ElementAtOrDefault(0), NumberStyles.None, CultureInfo.InvariantCulture, out var subTopology)
            & int.TryParse(parts.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition);
        id = valid ? new TaskId(subTopology, partition) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(TaskId other) => (SubTopology, Partition).CompareTo((other.SubTopology, other.Partition));

    /// <inheritdoc/>
    public override string ToString() => $"{SubTopology}_{Partition}";
}
