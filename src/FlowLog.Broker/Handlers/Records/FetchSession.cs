using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// What a reader fetches again and again (KIP-227), so that a request only has to say what changed and an answer only what is new. Guarded by its own lock:
/// a reader has one fetch under way, but nothing stops it from having two.
/// </summary>
internal sealed class FetchSession(int id, bool byIds, List<FetchTarget> targets)
{
    private List<FetchTarget> _targets = targets;

    /// <summary>What the reader names it by; never 0.</summary>
    public int Id => id;

    /// <summary>Its topics are named by id.</summary>
    public bool ByIds => byIds;

    /// <summary>The epoch that the next request must have.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>When it was used last, in milliseconds.</summary>
    public long UsedAt { get; set; }

    /// <summary>How many partitions it has.</summary>
    public int Count => _targets.Count;

    /// <summary>Its partitions, in the order in which they are read next.</summary>
    public IReadOnlyList<FetchTarget> Targets => _targets;

    /// <summary>The epoch after another one: 0 and -1 mean something else, so it wraps to 1.</summary>
    public static int Next(int epoch) => epoch is int.MaxValue or < 0 ? 1 : epoch + 1;

    /// <summary>Takes what an incremental request says.</summary>
    public void Update(IReadOnlyList<FetchTarget> changed, List<FetchRequest.ForgottenTopic> forgotten)
    {
        var known = _targets.ToDictionary(KeyOf);
        foreach (var change in changed)
        {
            if (!known.TryGetValue(KeyOf(change), out var target))
            {
                _targets.Add(change);
                continue;
            }

            target.Offset = change.Offset;
            target.MaxBytes = change.MaxBytes;
            target.CurrentLeaderEpoch = change.CurrentLeaderEpoch;
            target.LastFetchedEpoch = change.LastFetchedEpoch;
        }

        if (forgotten.Count == 0)
            return;

        var gone = forgotten.SelectMany(topic => topic.Partitions.Select(partition => KeyOf(topic.Topic, topic.TopicId, partition))).ToHashSet();
        _targets.RemoveAll(target => gone.Contains(KeyOf(target)));
    }

    /// <summary>
    /// The results that the reader must hear of; those with data move to the back of the order, so that a busy partition does not
    /// starve the others.
    /// </summary>
    public List<FetchResult> KeepNews(List<FetchResult> results)
    {
        var news = results.FindAll(IsNews);
        var withData = news.Where(result => result.Length > 0).Select(result => result.Target).ToHashSet();
        if (withData.Count > 0)
            _targets = [.. _targets.Where(target => !withData.Contains(target)), .. _targets.Where(withData.Contains)];
        return news;
    }

    /// <summary>Remembers what a first, full answer says.</summary>
    public static void Remember(List<FetchResult> results) => results.ForEach(result => IsNews(result));

    private (string? Topic, Guid Id, int Partition) KeyOf(FetchTarget target) => KeyOf(target.Topic, target.TopicId, target.Partition);

    private (string? Topic, Guid Id, int Partition) KeyOf(string? topic, Guid id, int partition) => byIds ? (null, id, partition) : (topic, Guid.Empty, partition);

    private static bool IsNews(FetchResult result)
    {
        var target = result.Target;
        var news = result.Length > 0 || result.IsUrgent || result.HighWatermark != target.ToldHighWatermark || result.LogStartOffset != target.ToldLogStart;

        // After an error or a divergence the partition is news once more, whatever its mark is then.
        target.ToldHighWatermark = result.IsUrgent ? -1 : result.HighWatermark;
        target.ToldLogStart = result.LogStartOffset;
        return news;
    }
}
