using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>How many partitions topics have, or will have once they are made.</summary>
internal sealed class PartitionCounts(TopicsImage topics)
{
    private readonly Dictionary<string, int> _decided = new(StringComparer.Ordinal);

    /// <summary>What a topic has; if it does not exist, what was decided for it; null if nothing was.</summary>
    public int? Of(string topic) => topics.Find(topic)?.Partitions.Length ?? (_decided.TryGetValue(topic, out var count) ? count : null);

    /// <summary>What was decided for a topic, whether it exists or not.</summary>
    public int Decided(string topic) => _decided[topic];

    public void Decide(string topic, int count) => _decided[topic] = count;
}
