using FlowLog.Connect;
using FlowLog.Connect.Plugins;

namespace FlowLog.Connectors.File;

/// <summary>
/// Reads a file line by line, follows it as it grows, and continues after a restart where it stood. Keys and meaning are those of Kafka's
/// FileStreamSource: a line is a record once its end is there, so text behind the last line end waits for more; a file that does not exist
/// yet is waited for. One task.
/// </summary>
[Plugin("org.apache.kafka.connect.file.FileStreamSourceConnector")]
public sealed class FileStreamSourceConnector : SourceConnector<FileStreamSourceOptions>
{
    /// <summary>The key of a partition: the file as configured.</summary>
    internal const string FileName = "filename";

    /// <summary>The key of an offset: bytes read, up to and with the last line end.</summary>
    internal const string Position = "position";

    /// <inheritdoc/>
    public override string? ProblemWith(IReadOnlyDictionary<string, object?> partition, IReadOnlyDictionary<string, object?>? offset)
    {
        if (partition.GetValueOrDefault(FileName) is not string)
            return $"Partition objects should contain the key '{FileName}' with the file as configured";
        if (offset is null)
            return null;

        return offset.GetValueOrDefault(Position) is long and >= 0
            ? null
            : $"The value for the '{Position}' key in the offset is expected to be a number that is not negative";
    }

    /// <inheritdoc/>
    public override bool SupportsExactlyOnce(IReadOnlyDictionary<string, string> properties) => properties.ContainsKey("file");

    /// <inheritdoc/>
    protected override SourceTask CreateTask(FileStreamSourceOptions options) => new FileStreamSourceTask(options);
}
