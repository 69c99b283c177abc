using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Cluster;

internal static partial class ClusterEvents // 1100-1119
{
    [LoggerMessage(ClusterEventIds.NoBroker, LogLevel.Warning, "{Problem}. Trying again")]
    public static partial void MetadataFailed(this ILogger log, string problem);

    [LoggerMessage(1102, LogLevel.Debug, "{Problem}. Still trying")]
    public static partial void MetadataFailedAgain(this ILogger log, string problem);

    [LoggerMessage(ClusterEventIds.SlowBroker, LogLevel.Warning, "{Problem}. Still waiting")]
    public static partial void BrokerIsSlow(this ILogger log, string problem);

    [LoggerMessage(ClusterEventIds.BrokersBack, LogLevel.Information, "{Bootstrap} answers again")]
    public static partial void MetadataIsBack(this ILogger log, string bootstrap);

    [LoggerMessage(ClusterEventIds.TopicMissing, LogLevel.Warning, "{Problem}. Asking again")]
    public static partial void TopicMissing(this ILogger log, string problem);

    [LoggerMessage(1103, LogLevel.Error, "The metadata that {Bootstrap} sent cannot be taken")]
    public static partial void MetadataBroken(this ILogger log, string bootstrap, Exception problem);

    [LoggerMessage(1101, LogLevel.Debug, "{Kind} {Key} is coordinated by {Address}")]
    public static partial void CoordinatorFound(this ILogger log, CoordinatorType kind, string key, BrokerAddress address);
}
