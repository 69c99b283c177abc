using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

internal static partial class OffsetsEvents // 4300-4399
{
    [LoggerMessage(4300, LogLevel.Warning, "Following the topic {Topic} failed; trying again")]
    public static partial void FollowingTopicFailed(this ILogger log, string topic, Exception problem);

    [LoggerMessage(4301, LogLevel.Warning, "The record with key {Key} at offset {Offset} of the config topic makes no sense and is left out: {Problem}")]
    public static partial void ConfigRecordIgnored(this ILogger log, string key, long offset, string problem);

    [LoggerMessage(4302, LogLevel.Information, "Created the compacted topic {Topic}")]
    public static partial void TopicCreated(this ILogger log, string topic);

    [LoggerMessage(4303, LogLevel.Warning, "The record with key {Key} of the {Topic} topic makes no sense and is left out: {Problem}")]
    public static partial void RecordIgnored(this ILogger log, string topic, string key, string problem);
}
