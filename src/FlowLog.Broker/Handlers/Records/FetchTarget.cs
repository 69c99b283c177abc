namespace FlowLog.Broker.Handlers.Records;

/// <summary>One partition that is being fetched, with what the reader said about it. Lives as long as its fetch session.</summary>
internal sealed class FetchTarget(string? topic, Guid topicId, int partition)
{
    /// <summary>The topic's name; null when it was named by an id that nobody knows.</summary>
    public string? Topic { get; set; } = topic;

    /// <summary>The topic's id; zero when it was named by name.</summary>
    public Guid TopicId => topicId;

    /// <summary>The partition's number.</summary>
    public int Partition => partition;

    /// <summary>Where to read.</summary>
    public long Offset { get; set; }

    /// <summary>How much to read at most.</summary>
    public int MaxBytes { get; set; }

    /// <summary>The leader epoch that the reader knows; negative when it does not say.</summary>
    public int CurrentLeaderEpoch { get; set; } = -1;

    /// <summary>The epoch of the last record that the reader has; negative when it does not say.</summary>
    public int LastFetchedEpoch { get; set; } = -1;

    /// <summary>What the session's last answer said.</summary>
    public long ToldHighWatermark { get; set; } = -1;

    /// <summary>What the session's last answer said.</summary>
    public long ToldLogStart { get; set; } = -1;
}
