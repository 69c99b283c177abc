namespace FlowLog.Client.Consuming.Assignors;

/// <summary>Reads <c>partition.assignment.strategy</c>: our names, Java's class names and their last parts.</summary>
internal static class AssignorNames
{
    private const string Setting = "partition.assignment.strategy";

    public static IReadOnlyList<IPartitionAssignor> Read(PropertyReader from, IReadOnlyList<IPartitionAssignor> otherwise)
    {
        if (from.TextOrNull(Setting) is not { } list)
            return otherwise;

        List<IPartitionAssignor> assignors = [];
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (Create(name) is { } assignor)
                assignors.Add(assignor);
            else
                from.Refuse($"{Setting} names '{name}'; known are range, roundrobin, sticky and cooperative-sticky (others are set in code).");

        return assignors;
    }

    private static IPartitionAssignor? Create(string name) => name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant() switch
    {
        "range" or "rangeassignor" => new RangeAssignor(),
        "roundrobin" or "roundrobinassignor" => new RoundRobinAssignor(),
        "sticky" or "stickyassignor" => new StickyAssignor(),
        "cooperative-sticky" or "cooperativestickyassignor" => new CooperativeStickyAssignor(),
        _ => null,
    };
}
