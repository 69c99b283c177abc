using FlowLog.Connect;

namespace FlowLog.Connectors.File;

/// <summary>Settings of <see cref="FileStreamSourceConnector"/>.</summary>
public sealed class FileStreamSourceOptions
{
    /// <summary>The file to read; the standard input when none is given.</summary>
    [Setting("file", Doc = "Source filename. If not specified, the standard input will be used", Importance = ConfigImportance.High)]
    public string? File { get; init; }

    /// <summary>The topic to write to.</summary>
    [Setting("topic", Required = true, Doc = "The topic to publish data to", Importance = ConfigImportance.High)]
    public string Topic { get; init; } = "";

    /// <summary>The most lines that are handed over at once. Default 2000.</summary>
    [Setting("batch.size", AtLeast = 1, Doc = "The maximum number of records the source task can read from the file each time it is polled", Importance = ConfigImportance.Low)]
    public int BatchSize { get; init; } = 2000;

    /// <summary>
    /// Whether the text behind the last line end is a line as soon as the end of the file is reached. Default false, as in Kafka: a line that is
    /// still being written would be cut in two. For files that are finished.
    /// </summary>
    [Setting("last.line.unterminated", Doc = "Whether the text behind the last line end is a line although nothing ends it; for files that nobody writes to any more", Importance = ConfigImportance.Low)]
    public bool TakesUnterminatedLine { get; init; }
}
