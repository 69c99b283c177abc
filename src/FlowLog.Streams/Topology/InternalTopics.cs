namespace FlowLog.Streams.Topology;

/// <summary>Names of the topics that an application makes for itself.</summary>
internal sealed class InternalTopics(string applicationId, IReadOnlyDictionary<string, RepartitionTopic> repartitions)
{
    /// <summary>The full name of a topic of the topology: internal ones have the application's id in front.</summary>
    public string Full(string topic) => repartitions.ContainsKey(topic) ? $"{applicationId}-{topic}" : topic;

    /// <summary>The changelog topic of a store.</summary>
    public string Changelog(string store) => $"{applicationId}-{store}-changelog";
}
