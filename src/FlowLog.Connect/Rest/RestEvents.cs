using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Rest;

internal static partial class RestEvents // 4000-4099
{
    [LoggerMessage(4000, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger log, string method, string path, Exception problem);

    [LoggerMessage(4001, LogLevel.Information, "REST interface on {Url}; other workers reach it at {Advertised}")]
    public static partial void Listening(this ILogger log, Uri url, string advertised);
}
