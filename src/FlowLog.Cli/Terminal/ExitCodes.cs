namespace FlowLog.Cli.Terminal;

/// <summary>What the flowlog command tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for was done.</summary>
    public const int Done = 0;

    /// <summary>It was tried and did not work; one sentence on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl+C before it was done.</summary>
    public const int Interrupted = 130;
}
