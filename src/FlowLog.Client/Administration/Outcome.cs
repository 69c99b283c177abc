using FlowLog.Protocol.Errors;

namespace FlowLog.Client.Administration;

/// <summary>Results of calls that only succeed or fail.</summary>
internal static class Outcome
{
    public static AdminResult<bool> Of(ErrorCode code, string? message = null) =>
        code == ErrorCode.None ? new AdminResult<bool>(true) : new AdminResult<bool>(new AdminError(code, message));

    public static IReadOnlyDictionary<TKey, AdminError> Errors<TKey>(this Dictionary<TKey, AdminResult<bool>> results) where TKey : notnull =>
        results.ToDictionary(result => result.Key, result => result.Value.Error);
}
