namespace FlowLog.Connect.Workers;

/// <summary>What a connector does about records that fail in a converter or transform.</summary>
/// <param name="Tolerates">Whether such a record is skipped rather than the task failed.</param>
/// <param name="RetryTimeout">How long an error that may pass is tried again; null for ever.</param>
/// <param name="RetryDelayMax">The longest pause between attempts.</param>
/// <param name="Logs">Whether each is logged.</param>
/// <param name="LogsMessages">Whether the log says which record it was.</param>
internal sealed record ErrorOptions(bool Tolerates, TimeSpan? RetryTimeout, TimeSpan RetryDelayMax, bool Logs, bool LogsMessages)
{
    public static ErrorOptions From(Config config)
    {
        var timeout = config.Number(ConnectorKeys.RetryTimeout);
        return new ErrorOptions(
            config.Text(ConnectorKeys.Tolerance).Equals("all", StringComparison.OrdinalIgnoreCase),
            timeout < 0 ? null : TimeSpan.FromMilliseconds(timeout),
            config.Milliseconds(ConnectorKeys.RetryDelayMax),
            config.Flag(ConnectorKeys.LogErrors),
            config.Flag(ConnectorKeys.LogMessages));
    }
}
