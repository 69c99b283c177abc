namespace FlowLog.Connect.Workers;

/// <summary>Where on its way a record failed; the names are those in the headers of dead letters.</summary>
internal enum Stage
{
    Transformation,
    KeyConverter,
    ValueConverter,
    HeaderConverter,
    TaskPut,
    KafkaProduce,
}

internal static class Stages
{
    public static string Word(this Stage stage) => stage switch
    {
        Stage.Transformation => "TRANSFORMATION",
        Stage.KeyConverter => "KEY_CONVERTER",
        Stage.ValueConverter => "VALUE_CONVERTER",
        Stage.HeaderConverter => "HEADER_CONVERTER",
        Stage.TaskPut => "TASK_PUT",
        _ => "KAFKA_PRODUCE",
    };
}

/// <summary>A record that could not be processed.</summary>
/// <param name="Task">The task that had it.</param>
/// <param name="Stage">Where it failed.</param>
/// <param name="Culprit">The class that failed.</param>
/// <param name="Exception">Why.</param>
internal sealed record Failure(ConnectorTaskId Task, Stage Stage, string Culprit, Exception Exception)
{
    /// <summary>The record as consumed; null in sources.</summary>
    public ConsumedBytes? Consumed { get; init; }

    /// <summary>Where it was consumed from, or where a source's record was going.</summary>
    public required string Topic { get; init; }

    public int? Partition { get; init; }

    public long? Offset { get; init; }

    public long? Timestamp { get; init; }
}
