using FlowLog.Protocol.Errors;

namespace FlowLog.Client.Administration;

/// <summary>Results of calls that only succeed or fail.</summary>
internal static class Outcome
{
    public static AdminResult<bool> Of(ErrorCode code, string? message = null) =>
        code == ErrorCode.None ? new AdminResult<bool>(true) : new AdminResult<bool>(new AdminError(code, message));

    /// <summary>Asks about each by itself; what fails for one is that one's answer, and does not stop the others.</summary>
    public static async ValueTask<Dictionary<string, AdminResult<T>>> OfEachAsync<T>(IReadOnlyCollection<string> keys, Func<string, Task<T>> ask)
    {
        var answers = await Task.WhenAll(keys.Select(async key =>
        {
            try
            {
                return (Key: key, Result: new AdminResult<T>(await ask(key)));
            }
            catch (FlowLogException problem)
            {
                return (Key: key, Result: new AdminResult<T>(new AdminError(problem.Code, problem.Message)));
            }
        }));
        return answers.ToDictionary(answer => answer.Key, answer => answer.Result, StringComparer.Ordinal);
    }

    public static IReadOnlyDictionary<TKey, AdminError> Errors<TKey>(this Dictionary<TKey, AdminResult<bool>> results) where TKey : notnull =>
        results.ToDictionary(result => result.Key, result => result.Value.Error);
}
