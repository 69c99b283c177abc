using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Herding;

/// <summary>A connector as configured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Config">Its configuration, variables unresolved.</param>
/// <param name="Tasks">Its committed tasks.</param>
/// <param name="Type">source, sink, or unknown.</param>
internal sealed record ConnectorInfo(string Name, IReadOnlyDictionary<string, string> Config, IReadOnlyList<ConnectorTaskId> Tasks, string Type);

/// <summary>A connector and its tasks as they run.</summary>
internal sealed record ConnectorStatus(string Name, Status Connector, IReadOnlyList<(ConnectorTaskId Task, Status Status)> Tasks, string Type);
