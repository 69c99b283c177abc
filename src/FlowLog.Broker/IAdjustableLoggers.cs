using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>
/// A logger factory whose lowest level may change while it runs. Given to a broker it lets clients set the level of the logger <c>root</c>; with any other factory the levels are fixed.
/// </summary>
public interface IAdjustableLoggers : ILoggerFactory
{
    /// <summary>What lies below is not written.</summary>
    LogLevel Lowest { get; set; }
}
