using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Herding;

/// <summary>Which parts of a connector a restart is about.</summary>
internal sealed record RestartPlan(bool Connector, IReadOnlySet<ConnectorTaskId> Tasks)
{
    public static RestartPlan Of(RestartRequested request, ConnectorStatus status) => new(
        !request.OnlyFailed || status.Connector.State == RunState.Failed,
        request.IncludeTasks
            ? status.Tasks.Where(task => !request.OnlyFailed || task.Status.State == RunState.Failed).Select(task => task.Task).ToHashSet()
            : []);

    /// <summary>The status as the answer shows it: what is about to be restarted already says so.</summary>
    public ConnectorStatus Announce(ConnectorStatus status) => status with
    {
        Connector = Connector ? status.Connector with { State = RunState.Restarting } : status.Connector,
        Tasks = [.. status.Tasks.Select(task => Tasks.Contains(task.Task) ? (task.Task, task.Status with { State = RunState.Restarting }) : task)],
    };
}
