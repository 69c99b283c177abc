using FlowLog.Protocol.Errors;

namespace FlowLog.Client;

/// <summary>Turns error codes into the exception that the caller sees.</summary>
internal static class Failures
{
    public static FlowLogException Of(ErrorCode code, string? detail = null)
    {
        var (name, retriable, sentence) = Describe(code);
        var message = string.IsNullOrEmpty(detail) ? $"{sentence} ({name})" : $"{detail} ({name})";
        return code is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.FencedInstanceId
            ? new FencedException(code, message)
            : new FlowLogException(code, message, retriable);
    }

    public static FlowLogException TimedOut(string what, TimeSpan after, Exception? cause = null) =>
        new(ErrorCode.RequestTimedOut, $"{what} within {after.TotalMilliseconds:0} ms{(cause is null ? "" : $"; last: {cause.Message}")}", isRetriable: true, cause);

    private static (string Name, bool Retriable, string Sentence) Describe(ErrorCode code)
    {
        var description = ErrorCodes.Describe(code);
        return (description.Name, description.IsRetriable, description.Sentence);
    }
}
