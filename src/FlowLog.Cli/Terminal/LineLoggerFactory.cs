using FlowLog.Broker;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Terminal;

/// <summary>
/// Writes log events to standard error, one line each: time, level, the last part of the category, the sentence, and the exception below it.
/// The logging packages' own console formatter costs the server a tenth of a second at the start, which this does not.
/// </summary>
internal sealed class LineLoggerFactory(TextWriter output, LogLevel lowest, TimeProvider clock) : IAdjustableLoggers
{
    private readonly Lock _writing = new();

    public LogLevel Lowest { get; set; } = lowest;

    public static LineLoggerFactory ToStandardError(LogLevel lowest) => new(Console.Error, lowest, TimeProvider.System);

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The flowlog command writes its log to standard error only.");

    public void Dispose() => output.Flush();

    private void Write(LogLevel level, string category, string sentence, Exception? exception)
    {
        var line = $"{clock.GetLocalNow():HH:mm:ss.fff} {Name(level)} {category}: {sentence}";
        lock (_writing)
        {
            output.WriteLine(line);
            if (exception is not null)
                output.WriteLine(exception);
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private sealed class LineLogger(LineLoggerFactory factory, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= factory.Lowest && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                factory.Write(logLevel, category, formatter(state, exception), exception);
        }
    }
}
