namespace FlowLog.Connect.Herding;

/// <summary>Deals all connectors and then all tasks out to the members in turn.</summary>
internal static class EagerAssignor
{
    public static IReadOnlyDictionary<string, Workload> Assign(IReadOnlyCollection<string> members, Workload configured)
    {
        var connectors = members.ToDictionary(member => member, _ => new List<string>(), StringComparer.Ordinal);
        var tasks = members.ToDictionary(member => member, _ => new List<ConnectorTaskId>(), StringComparer.Ordinal);
        var order = members.Order(StringComparer.Ordinal).ToList();
        var turn = 0;
        foreach (var connector in configured.Connectors)
            connectors[order[turn++ % order.Count]].Add(connector);
        foreach (var task in configured.Tasks)
            tasks[order[turn++ % order.Count]].Add(task);

        return members.ToDictionary(member => member, member => Workload.Of(connectors[member], tasks[member]), StringComparer.Ordinal);
    }
}
