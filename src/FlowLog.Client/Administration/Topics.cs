namespace FlowLog.Client.Administration;

/// <summary>A topic to create.</summary>
/// <param name="Name">Letters, digits, dot, dash and underscore; at most 249.</param>
/// <param name="Partitions">Number of partitions, or -1 for the broker's default.</param>
/// <param name="ReplicationFactor">Replicas per partition, or -1 for the broker's default.</param>
public sealed record NewTopic(string Name, int Partitions = -1, short ReplicationFactor = -1)
{
    /// <summary>Settings that differ from the broker's defaults.</summary>
    public IReadOnlyDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();

    /// <summary>Node ids of the replicas by partition; then <see cref="Partitions"/> and <see cref="ReplicationFactor"/> stay -1.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>>? Assignment { get; init; }
}

/// <summary>A topic that was created, as far as the broker tells (version 5 and later; otherwise id empty, numbers -1).</summary>
public sealed record CreatedTopic(string Name, Guid TopicId, int Partitions, int ReplicationFactor);

/// <summary>A topic in a list.</summary>
public sealed record TopicListing(string Name, Guid TopicId, bool IsInternal);
