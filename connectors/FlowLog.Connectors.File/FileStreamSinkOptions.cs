using FlowLog.Connect;

namespace FlowLog.Connectors.File;

/// <summary>Settings of <see cref="FileStreamSinkConnector"/>.</summary>
public sealed class FileStreamSinkOptions
{
    /// <summary>The file to append to; the standard output when none is given.</summary>
    [Setting("file", Doc = "Destination filename. If not specified, the standard output will be used", Importance = ConfigImportance.High)]
    public string? File { get; init; }
}
