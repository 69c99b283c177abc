using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups;

/// <summary>Has the offsets of topics forgotten that are gone.</summary>
internal sealed class DeletedTopics(GroupCoordinator groups) : IImageObserver
{
    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        // A topic that was made anew under the same name has lost its offsets too: they were those of another one.
        var gone = delta.Topics.Removed.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        if (gone.Count > 0)
            groups.TopicsDeleted(gone);
    }
}
