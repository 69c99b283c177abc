using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>What clients have said, with when.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    public List<(LogLevel Level, EventId Event, string Sentence)> Entries { get; } = [];

    public List<string> Of(int eventId) => [.. Entries.Where(entry => entry.Event.Id == eventId).Select(entry => entry.Sentence)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Add((logLevel, eventId, formatter(state, exception)));
}
