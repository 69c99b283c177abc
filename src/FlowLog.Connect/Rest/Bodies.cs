using System.Text.Json.Serialization;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;

namespace FlowLog.Connect.Rest;

// The shapes of answers. Names become snake_case.

internal sealed record WorkerBody(string Version, string Commit, string KafkaClusterId);

internal sealed record HealthBody(string Status, string Message);

internal sealed record MessageBody(string Message);

internal sealed record TaskBody(string Connector, int Task)
{
    public static TaskBody Of(ConnectorTaskId task) => new(task.Connector, task.Task);
}

internal sealed record ConnectorBody(string Name, IReadOnlyDictionary<string, string> Config, IReadOnlyList<TaskBody> Tasks, string Type)
{
    public static ConnectorBody Of(ConnectorInfo info) => new(info.Name, info.Config, [.. info.Tasks.Select(TaskBody.Of)], info.Type);
}

internal sealed record TaskConfigBody(TaskBody Id, IReadOnlyDictionary<string, string> Config);

internal sealed record ConnectorStateBody(
    string State,
    string WorkerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Trace,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Version)
{
    public static ConnectorStateBody Of(Status status) => new(status.State.ToString().ToUpperInvariant(), status.WorkerId, status.Trace, status.Version);
}

internal sealed record TaskStateBody(
    int Id,
    string State,
    string WorkerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Trace,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Version)
{
    public static TaskStateBody Of(ConnectorTaskId task, Status status) =>
        new(task.Task, status.State.ToString().ToUpperInvariant(), status.WorkerId, status.Trace, status.Version);
}

internal sealed record StatusBody(string Name, ConnectorStateBody Connector, IReadOnlyList<TaskStateBody> Tasks, string Type)
{
    public static StatusBody Of(ConnectorStatus status) => new(
        status.Name, ConnectorStateBody.Of(status.Connector), [.. status.Tasks.Select(task => TaskStateBody.Of(task.Task, task.Status))], status.Type);
}

internal sealed record OffsetBody(IReadOnlyDictionary<string, object?> Partition, IReadOnlyDictionary<string, object?> Offset);

internal sealed record OffsetsBody(IReadOnlyList<OffsetBody> Offsets);

internal sealed record TopicsBody(IReadOnlyList<string> Topics);

internal sealed record PluginBody(string Class, string Type, string Version)
{
    public static PluginBody Of(PluginDescription plugin) => new(plugin.Name, plugin.Kind.Word(), plugin.Version);
}

internal sealed record KeyBody(
    string Name,
    string Type,
    bool Required,
    string? DefaultValue,
    string Importance,
    string Documentation,
    string? Group,
    string Width,
    string DisplayName,
    IReadOnlyList<string> Dependents,
    int? OrderInGroup)
{
    public static KeyBody Of(ConfigKey key) => new(
        key.Name,
        key.Type.ToString().ToUpperInvariant(),
        key.IsRequired,
        key.Default is null ? null : ConfigText.Of(key.Default),
        key.Importance.ToString().ToUpperInvariant(),
        key.Doc,
        key.Group,
        key.Width.ToString().ToUpperInvariant(),
        key.DisplayName,
        key.Dependents,
        key.Order);
}

internal sealed record ValueBody(string Name, string? Value, IReadOnlyList<string> RecommendedValues, IReadOnlyList<string> Errors, bool Visible);

internal sealed record FindingBody(KeyBody Definition, ValueBody Value)
{
    public static FindingBody Of(ConfigFinding finding) => new(
        KeyBody.Of(finding.Key),
        new ValueBody(finding.Key.Name, finding.Value is null ? null : ConfigText.Of(finding.Value), finding.Key.Recommended, finding.Problems, Visible: true));
}

internal sealed record ValidationBody(string Name, int ErrorCount, IReadOnlyList<string> Groups, IReadOnlyList<FindingBody> Configs)
{
    public static ValidationBody Of(ValidationReport report) =>
        new(report.Name, report.ErrorCount, report.Groups, [.. report.Findings.Select(FindingBody.Of)]);
}
