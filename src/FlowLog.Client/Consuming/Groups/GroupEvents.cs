using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Groups;

internal static partial class GroupEvents // 1140-1159
{
    [LoggerMessage(1140, LogLevel.Information, "{Group}: joined as {MemberId} in generation {Generation} (leader: {IsLeader})")]
    public static partial void Joined(this ILogger log, string group, string memberId, int generation, bool isLeader);

    [LoggerMessage(1141, LogLevel.Warning, "{Group}: {MemberId} lost its membership in generation {Generation}: {Reason}")]
    public static partial void MembershipLost(this ILogger log, string group, string memberId, int generation, string reason);

    [LoggerMessage(1142, LogLevel.Warning, "{Group}: joining failed: {Problem}")]
    public static partial void JoinFailed(this ILogger log, string group, string problem);

    [LoggerMessage(1143, LogLevel.Debug, "{Group}: a heartbeat failed: {Problem}")]
    public static partial void HeartbeatFailed(this ILogger log, string group, string problem);

    [LoggerMessage(1144, LogLevel.Debug, "{Group}: leaving got no answer: {Problem}")]
    public static partial void LeaveFailed(this ILogger log, string group, string problem);

    [LoggerMessage(1145, LogLevel.Information, "{Group}: assigned {Assigned}, added {Added}, revoked {Revoked}")]
    public static partial void Assigned(this ILogger log, string group, int assigned, int added, int revoked);

    [LoggerMessage(1146, LogLevel.Error, "{Group}: a heartbeat broke; the next one is sent all the same")]
    public static partial void HeartbeatBroken(this ILogger log, string group, Exception mistake);
}
