using Microsoft.Extensions.Logging;

namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>What happened in a run, with its times: faults, starts, and what the programs under test had to say. Printed when a run fails.</summary>
internal sealed class Journal(TimeProvider clock) : ILoggerFactory
{
    private const int LastLines = 120;

    private static readonly LogLevel s_least = Enum.TryParse<LogLevel>(Environment.GetEnvironmentVariable("FLOWLOG_SIMULATION_LOG"), out var level) ? level : LogLevel.Warning;

    private readonly Queue<string> _lines = new();
    private readonly long _start = clock.GetTimestamp();

    public void Note(string text)
    {
        _lines.Enqueue($"{clock.GetElapsedTime(_start).TotalSeconds,9:F3} s  {text}");
        if (_lines.Count > LastLines)
            _lines.Dequeue();
    }

    public override string ToString() => string.Join('\n', _lines);

    public ILoggerFactory For(string machine) => new Machine(this, machine);

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Machine(Journal journal, string name) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new Writer(journal, name);

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Writer(Journal journal, string who) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= s_least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                journal.Note($"{who}: {formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
        }
    }
}
