namespace FlowLog.Connect;

/// <summary>The family of errors that connectors, converters and transforms throw. One that is not <see cref="RetriableException"/> fails the task, or skips the record where errors are tolerated.</summary>
public class ConnectException : Exception
{
    /// <summary>Says what went wrong, with the values that a reader needs.</summary>
    public ConnectException(string message)
        : base(message)
    {
    }

    /// <summary>As above, with the error that caused it.</summary>
    public ConnectException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>An error that the same call may not meet again: the runtime hands the same records over once more, after a while.</summary>
public sealed class RetriableException : ConnectException
{
    /// <inheritdoc cref="ConnectException(string)"/>
    public RetriableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="ConnectException(string, Exception)"/>
    public RetriableException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>How long to wait before the same call is made again. Default a second.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
