using Microsoft.Extensions.Logging;

namespace FlowLog.Examples.WordCount;

/// <summary>Logs to standard error, a line an event.</summary>
internal sealed class StandardError(LogLevel lowest) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one place to log to.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss.fff} {logLevel} {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
    }

    public void Dispose()
    {
    }
}
