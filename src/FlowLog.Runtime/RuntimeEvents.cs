using System.Net;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime;

/// <summary>1000-1099.</summary>
internal static partial class RuntimeEvents
{
    [LoggerMessage(1000, LogLevel.Error, "A step on a network thread failed. Its connection may be lost; the others go on")]
    public static partial void ReactorStepFailed(this ILogger log, Exception failure);

    [LoggerMessage(1001, LogLevel.Error, "The connection from {Remote} was closed because it could not be set up")]
    public static partial void ConnectionNotTaken(this ILogger log, Exception failure, EndPoint remote);

    [LoggerMessage(1002, LogLevel.Warning, "Accepting on {Listener} failed with error {Errno}; it goes on with the next connection")]
    public static partial void AcceptFailed(this ILogger log, int errno, EndPoint listener);

    [LoggerMessage(1003, LogLevel.Warning, "A connection to {Listener} was refused: the process has no file descriptors left. Raise the limit (ulimit -n) or lower max.connections")]
    public static partial void OutOfDescriptors(this ILogger log, EndPoint listener);

    [LoggerMessage(1010, LogLevel.Error, "The loop '{Loop}' failed and starts again in {Pause}; failure {Count}")]
    public static partial void LoopRestarts(this ILogger log, Exception failure, string loop, TimeSpan pause, int count);

    [LoggerMessage(1011, LogLevel.Critical, "The loop '{Loop}' failed and stays down: this process is unhealthy")]
    public static partial void LoopDied(this ILogger log, Exception failure, string loop);

    [LoggerMessage(1012, LogLevel.Error, "A timer's callback failed")]
    public static partial void TimerFailed(this ILogger log, Exception failure);
}
