using FlowLog.Connect;
using FlowLog.Connect.Plugins;

namespace FlowLog.Connectors.File;

/// <summary>
/// Appends the value of each record to a file as a line, in the text form that Kafka's FileStreamSink writes. Lines are on disk before
/// their offsets are committed; after a crash lines may stand there twice.
/// </summary>
[Plugin("org.apache.kafka.connect.file.FileStreamSinkConnector")]
public sealed class FileStreamSinkConnector : SinkConnector<FileStreamSinkOptions>
{
    /// <inheritdoc/>
    protected override SinkTask CreateTask(FileStreamSinkOptions options) => new FileStreamSinkTask(options);
}
