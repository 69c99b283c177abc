using FlowLog.Protocol.Errors;

namespace FlowLog.Client;

/// <summary>Turns error codes into the exception that the caller sees.</summary>
internal static class Failures
{
    public static FlowLogException Of(ErrorCode code, string? detail = null)
    {
        var error = ErrorCodes.Describe(code);
        var message = string.IsNullOrEmpty(detail) ? $"{error.Sentence} ({error.Name})" : $"{detail} ({error.Name})";
        return code is ErrorCode.ProducerFenced or ErrorCode.FencedInstanceId
            ? new FencedException(code, message)
            : new FlowLogException(code, message, error.IsRetriable);
    }

    /// <summary>A mistake of ours, as those who wait are told of it: better a call that fails than one that waits for ever.</summary>
    public static FlowLogException OfMistake(string what, Exception mistake) =>
        new(ErrorCode.UnknownServerError, $"{what}: {mistake.Message}", isRetriable: false, mistake);

    public static FlowLogException TimedOut(string what, TimeSpan after, Exception? cause = null) =>
        new(ErrorCode.RequestTimedOut, $"{what} within {after.TotalMilliseconds:0} ms{(cause is null ? "" : $"; last: {cause.Message}")}", isRetriable: true, cause);
}
