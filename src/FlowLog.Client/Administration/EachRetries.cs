using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;

namespace FlowLog.Client.Administration;

/// <summary>Repeats a call about several things for those that failed for a reason that passes.</summary>
internal sealed class EachRetries(ClusterLink link)
{
    // "Does not exist" is also what a broker says that has not heard of it yet: worth a second, not a minute.
    private const int AttemptsForMissing = 5;

    /// <summary>Asks until every key has a final answer, or time is up; then the last error is the answer.</summary>
    /// <param name="what">What cannot be done, for the message.</param>
    /// <param name="keys">What to ask about.</param>
    /// <param name="ask">Asks about some of them, once. An exception concerns them all.</param>
    /// <param name="cancellation">Ends everything.</param>
    public async ValueTask<Dictionary<TKey, AdminResult<T>>> RunAsync<TKey, T>(
        string what, IReadOnlyCollection<TKey> keys, Func<IReadOnlyCollection<TKey>, CancellationToken, ValueTask<Dictionary<TKey, AdminResult<T>>>> ask,
        CancellationToken cancellation)
        where TKey : notnull
    {
        Dictionary<TKey, AdminResult<T>> results = [];
        IReadOnlyCollection<TKey> left = [.. keys.Distinct()];
        if (left.Count == 0)
            return results;

        var attempts = 0;
        try
        {
            await link.Retries.RunAsync(what, link.Options.DefaultApiTimeout, async token =>
            {
                attempts++;
                foreach (var (key, result) in await ask(left, token))
                    results[key] = result;

                left = [.. left.Where(key => !results.TryGetValue(key, out var result) || Passes(result.Error.Code, attempts))];
                if (left.Count == 0)
                    return;

                var problem = results.GetValueOrDefault(left.First(), new(new AdminError(ErrorCode.UnknownServerError, "the answer does not mention it"))).Error;
                link.Metadata.Request();
                throw new FlowLogException(problem.Code, $"{left.First()}: {problem.Message ?? ErrorCodes.Describe(problem.Code).Sentence}", isRetriable: true);
            }, cancellation);
        }
        catch (FlowLogException) when (left.All(results.ContainsKey))
        {
            // Each has its error.
        }

        return results;
    }

    private static bool Passes(ErrorCode code, int attempts) => code switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId => attempts < AttemptsForMissing,
        _ => ErrorCodes.IsRetriable(code) && code is not (ErrorCode.ElectionNotNeeded or ErrorCode.PreferredLeaderNotAvailable or ErrorCode.EligibleLeadersNotAvailable),
    };
}
