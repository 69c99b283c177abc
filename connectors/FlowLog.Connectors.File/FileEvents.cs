using Microsoft.Extensions.Logging;

namespace FlowLog.Connectors.File;

internal static partial class FileEvents // 4400-4419
{
    [LoggerMessage(4400, LogLevel.Warning, "The file {File} does not exist; waiting for it")]
    public static partial void WaitingForFile(this ILogger log, string file);

    [LoggerMessage(4401, LogLevel.Warning, "The file {File} has {Length} bytes, fewer than the {Position} that were read before: nothing is read until it has grown beyond. Reset the connector's offsets to read it anew")]
    public static partial void FileIsShorter(this ILogger log, string file, long length, long position);
}
