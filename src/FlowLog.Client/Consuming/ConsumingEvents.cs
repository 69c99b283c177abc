using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming;

internal static partial class ConsumingEvents // 1190-1199
{
    [LoggerMessage(1190, LogLevel.Warning, "{Group}: an automatic commit failed, and records after the last one will come again: {Problem}")]
    public static partial void AutoCommitFailed(this ILogger log, string group, string problem);

    [LoggerMessage(1191, LogLevel.Warning, "{Group}: no poll for {Interval}; leaving the group. Poll more often, or raise max.poll.interval.ms")]
    public static partial void PollTooLate(this ILogger log, string group, TimeSpan interval);

    [LoggerMessage(1192, LogLevel.Error, "{Group}: an automatic commit broke, and records after the last one will come again")]
    public static partial void AutoCommitBroken(this ILogger log, string group, Exception mistake);
}
