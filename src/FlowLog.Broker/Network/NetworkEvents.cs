using System.Net;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Network;

/// <summary>2000-2099.</summary>
internal static partial class NetworkEvents
{
    [LoggerMessage(2000, LogLevel.Information, "Closing the connection from {Remote}: {Reason}. {Others} more were closed for such reasons since the last message")]
    public static partial void ConnectionRefused(this ILogger log, EndPoint remote, string reason, long others);

    [LoggerMessage(2001, LogLevel.Error, "Handling {Api} v{Version} of client '{ClientId}' failed; its connection is closed")]
    public static partial void HandlerFailed(this ILogger log, Exception failure, ApiKey api, short version, string? clientId);

    [LoggerMessage(2002, LogLevel.Error, "The answer to {Api} v{Version} of client '{ClientId}' could not be written; its connection is closed")]
    public static partial void AnswerFailed(this ILogger log, Exception failure, ApiKey api, short version, string? clientId);

    [LoggerMessage(2003, LogLevel.Debug, "The connection from {Remote} broke")]
    public static partial void ConnectionBroke(this ILogger log, Exception why, EndPoint remote);

    [LoggerMessage(2004, LogLevel.Information, "Listener {Listener} is open on {Address}")]
    public static partial void ListenerOpened(this ILogger log, string listener, EndPoint address);

    [LoggerMessage(2005, LogLevel.Debug, "Closing the connection from {Remote}: idle for {Idle}")]
    public static partial void ConnectionIdle(this ILogger log, EndPoint remote, TimeSpan idle);

    [LoggerMessage(2006, LogLevel.Warning, "max.connections.per.ip.overrides: '{Element}' is not used, because it is not HOST:NUMBER")]
    public static partial void OverrideNotUsed(this ILogger log, string element);

    [LoggerMessage(2007, LogLevel.Warning, "max.connections.per.ip.overrides: the host '{Host}' was not found ({Problem}). Its limit holds for {Addresses}, and it is asked for again in {Pause}. An address in its place needs no name server")]
    public static partial void HostNotFound(this ILogger log, string host, string problem, string addresses, TimeSpan pause);

    [LoggerMessage(2008, LogLevel.Error, "max.connections.per.ip.overrides: something broke over the host '{Host}'")]
    public static partial void LookUpFailed(this ILogger log, Exception defect, string host);
}
