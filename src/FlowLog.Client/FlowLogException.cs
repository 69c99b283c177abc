using FlowLog.Protocol.Errors;

namespace FlowLog.Client;

/// <summary>
/// What every call of this client throws when the cluster refuses, or cannot be reached in time.
/// Wrong arguments throw the usual argument exceptions, a cancelled token <see cref="OperationCanceledException"/>.
/// </summary>
public class FlowLogException : Exception
{
    /// <summary>Creates an exception that carries a protocol error.</summary>
    public FlowLogException(ErrorCode code, string message, bool isRetriable, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        IsRetriable = isRetriable;
    }

    /// <summary>The error as it travels on the wire; <see cref="ErrorCode.UnknownServerError"/> for failures that have no code.</summary>
    public ErrorCode Code { get; }

    /// <summary>
    /// True when the same call may succeed later. The client has then already retried within its own time limits,
    /// so retrying at once is seldom right.
    /// </summary>
    public bool IsRetriable { get; }
}
