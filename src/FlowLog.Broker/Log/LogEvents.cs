using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log;

/// <summary>What the log says: 2700-2799.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(2700, LogLevel.Critical, "The log directory {Directory} failed and is offline until the next start: {Why}")]
    public static partial void DirectoryWentOffline(this ILogger log, string directory, string why, Exception exception);

    [LoggerMessage(2701, LogLevel.Error, "The log directory {Directory} has less than {Floor} bytes free: produce requests are refused until there is room")]
    public static partial void DirectoryIsNearlyFull(this ILogger log, string directory, long floor);

    [LoggerMessage(2702, LogLevel.Information, "The log directory {Directory} has room again")]
    public static partial void DirectoryHasRoomAgain(this ILogger log, string directory);

    [LoggerMessage(2703, LogLevel.Warning, "Could not delete {What}: {Why}")]
    public static partial void CannotDelete(this ILogger log, string what, string why);

    [LoggerMessage(2704, LogLevel.Warning, "{Partition}: {Bytes} bytes behind offset {Offset} were no whole batch and were cut off")]
    public static partial void TailCut(this ILogger log, TopicPartition partition, long bytes, long offset);

    [LoggerMessage(2705, LogLevel.Error, "{Partition}: the segment at {BaseOffset} and {Count} more lie behind damage at offset {Offset} and were dropped")]
    public static partial void SegmentsDropped(this ILogger log, TopicPartition partition, long baseOffset, int count, long offset);

    [LoggerMessage(2706, LogLevel.Warning, "{File} is damaged and was ignored")]
    public static partial void FileIgnored(this ILogger log, string file);

    [LoggerMessage(2707, LogLevel.Warning, "{Partition}: the log ended at {End}, before its start {Start}; it begins anew there")]
    public static partial void LogBeginsAnew(this ILogger log, TopicPartition partition, long end, long start);

    [LoggerMessage(2708, LogLevel.Information, "{Count} logs opened in {Milliseconds} ms; {Recovered} of them were checked after an unclean stop")]
    public static partial void LogsOpened(this ILogger log, int count, long milliseconds, int recovered);

    [LoggerMessage(2709, LogLevel.Information, "{Partition}: {Count} segments below offset {Offset} were removed ({Why})")]
    public static partial void SegmentsRemoved(this ILogger log, TopicPartition partition, int count, long offset, string why);

    [LoggerMessage(2710, LogLevel.Warning, "{Partition}: a write failed and was taken back: {Why}")]
    public static partial void AppendTakenBack(this ILogger log, TopicPartition partition, string why);

    [LoggerMessage(2711, LogLevel.Error, "{Partition}: could not be opened: {Why}")]
    public static partial void LogNotOpened(this ILogger log, string partition, string why, Exception exception);

    [LoggerMessage(2712, LogLevel.Information, "{Partition}: truncated to offset {Offset}")]
    public static partial void LogTruncated(this ILogger log, TopicPartition partition, long offset);

    [LoggerMessage(2713, LogLevel.Warning, "The folder {Folder} belongs to no partition of this broker and was set aside as {Stray}")]
    public static partial void FolderSetAside(this ILogger log, string folder, string stray);

    [LoggerMessage(2714, LogLevel.Information, "{Partition}: cleaned from offset {From} to {To}, {Keys} keys: {Before} bytes became {After}")]
    public static partial void LogCleaned(this ILogger log, TopicPartition partition, long from, long to, int keys, long before, long after);

    [LoggerMessage(2715, LogLevel.Error, "{Partition}: could not be cleaned and is left as it is for ten minutes: {Why}")]
    public static partial void LogNotCleaned(this ILogger log, TopicPartition partition, string why, Exception exception);

    [LoggerMessage(2716, LogLevel.Error, "The device of the log directory {Directory} is full; what could not be written is tried again: {Why}")]
    public static partial void PutOffUntilThereIsRoom(this ILogger log, string directory, string why);
}
