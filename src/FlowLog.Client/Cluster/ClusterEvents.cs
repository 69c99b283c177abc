using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Cluster;

internal static partial class ClusterEvents // 1100-1119
{
    [LoggerMessage(1100, LogLevel.Warning, "No metadata from {Bootstrap}: {Problem}")]
    public static partial void MetadataFailed(this ILogger log, string bootstrap, string problem);

    [LoggerMessage(1102, LogLevel.Debug, "Still no metadata from {Bootstrap}: {Problem}")]
    public static partial void MetadataFailedAgain(this ILogger log, string bootstrap, string problem);

    [LoggerMessage(1103, LogLevel.Error, "The metadata that {Bootstrap} sent cannot be taken")]
    public static partial void MetadataBroken(this ILogger log, string bootstrap, Exception problem);

    [LoggerMessage(1101, LogLevel.Debug, "{Kind} {Key} is coordinated by {Address}")]
    public static partial void CoordinatorFound(this ILogger log, CoordinatorType kind, string key, BrokerAddress address);
}
