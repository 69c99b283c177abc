using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups;

/// <summary>Tells groups which topics have changed, and has the offsets forgotten of those that are gone.</summary>
internal sealed class TopicObserver(GroupCoordinator groups) : IImageObserver
{
    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        // A topic that was made anew under the same name has lost its offsets too: they were those of another one.
        var gone = delta.Topics.Removed.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        if (gone.Count > 0)
            groups.TopicsDeleted(gone);

        var changed = delta.Topics.Changed.Select(topic => topic.Name).Union(gone, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        if (changed.Count > 0)
            groups.TopicsChanged(changed);
    }
}
