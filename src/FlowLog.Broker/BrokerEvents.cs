using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>What a node says of itself: 2800-2899.</summary>
internal static partial class BrokerEvents
{
    [LoggerMessage(2800, LogLevel.Information, "Node {NodeId} of cluster {ClusterId} is up on {Endpoints} after {Milliseconds} ms: {Topics} topics, {Partitions} partitions, data in {Folders}")]
    public static partial void NodeStarted(
        this ILogger log, int nodeId, string clusterId, string endpoints, long milliseconds, int topics, int partitions, string folders);

    [LoggerMessage(2801, LogLevel.Information, "Node {NodeId} has stopped; the data folders are marked as cleanly closed")]
    public static partial void NodeStopped(this ILogger log, int nodeId);

    [LoggerMessage(2802, LogLevel.Critical, "Node {NodeId} cannot go on")]
    public static partial void NodeFailed(this ILogger log, int nodeId, Exception failure);

    [LoggerMessage(2803, LogLevel.Error, "The log directory {Folder} failed and is offline: {Partitions} partitions in it take no requests until the next start")]
    public static partial void DirectoryLost(this ILogger log, string folder, int partitions);

    [LoggerMessage(2804, LogLevel.Warning, "Node {NodeId} has stopped; a log directory had failed and is checked at the next start. Mend or replace its device first")]
    public static partial void NodeStoppedUncleanly(this ILogger log, int nodeId);

    [LoggerMessage(2805, LogLevel.Information, "Took a snapshot of the metadata below offset {EndOffset}: {Topics} topics")]
    public static partial void MetadataSnapshotTaken(this ILogger log, long endOffset, int topics);

    [LoggerMessage(2806, LogLevel.Warning, "No snapshot of the metadata could be taken: {Reason}. It is tried again")]
    public static partial void MetadataSnapshotFailed(this ILogger log, string reason, Exception failure);

    [LoggerMessage(2807, LogLevel.Warning, "These settings have no effect in this version: {Keys}")]
    public static partial void SettingsWithoutEffect(this ILogger log, string keys);
}
