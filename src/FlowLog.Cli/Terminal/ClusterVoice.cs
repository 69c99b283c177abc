using FlowLog.Client.Cluster;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Terminal;

/// <summary>
/// Tells the user, on standard error, why a client waits: nobody answers at the address, the topic is not there. Each sentence once; all else that clients
/// log is of use to a program, and a person gets the one sentence with which the command ends.
/// </summary>
internal sealed class ClusterVoice(TextWriter output, string advice) : ILoggerFactory, ILogger
{
    private readonly Lock _writing = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private bool _isAdvised;
    private bool _isQuiet;

    public static ClusterVoice ToStandardError() =>
        new(Console.Error, "Is a broker running there? './flowlog server --data-dir data' starts one; --bootstrap-server HOST:PORT names another.");

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The flowlog command tells what its clients say on standard error only.");

    /// <summary>The command is at its end, and says itself how it ended.</summary>
    public void Dispose()
    {
        lock (_writing)
            _isQuiet = true;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is not (ClusterEventIds.NoBroker or ClusterEventIds.SlowBroker or ClusterEventIds.BrokersBack or ClusterEventIds.TopicMissing))
            return;

        var sentence = formatter(state, null);
        lock (_writing)
        {
            // Who has not heard that it was gone need not hear that it is back.
            if (_isQuiet || (eventId.Id == ClusterEventIds.BrokersBack ? _told.Count == 0 : !_told.Add(sentence)))
                return;

            output.WriteLine($"flowlog: {sentence}.");
            if (eventId.Id == ClusterEventIds.BrokersBack)
                _told.Clear();
            else if (eventId.Id == ClusterEventIds.NoBroker && !_isAdvised)
            {
                _isAdvised = true;
                output.WriteLine($"flowlog: {advice}");
            }
        }
    }
}
