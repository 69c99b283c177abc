using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>All topics, by name and by id.</summary>
internal sealed record TopicsImage(ImmutableDictionary<string, TopicImage> ByName, ImmutableDictionary<Guid, TopicImage> ById)
{
    /// <summary>No topics.</summary>
    public static TopicsImage Empty { get; } = new(
        ImmutableDictionary.Create<string, TopicImage>(StringComparer.Ordinal), ImmutableDictionary<Guid, TopicImage>.Empty);

    /// <summary>The topic of a name, null when there is none.</summary>
    public TopicImage? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The topic of an id, null when there is none.</summary>
    public TopicImage? Find(Guid id) => ById.GetValueOrDefault(id);
}
