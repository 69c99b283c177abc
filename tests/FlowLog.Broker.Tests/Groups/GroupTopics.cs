using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>The topics that a coordinator sees, which come, grow and go by hand.</summary>
internal sealed class GroupTopics(GroupBench node)
{
    private int _made;

    /// <summary>Makes a topic, or gives it more partitions.</summary>
    public Guid Set(string name, int partitions)
    {
        var id = node.Image.Topics.Find(name)?.Id ?? new Guid(name[0], 1, (short)++_made, new byte[8]);
        var topic = new TopicImage(name, id, [.. Enumerable.Range(0, partitions).Select(number => new PartitionImage
        {
            Id = number,
            Replicas = [1],
            Isr = [1],
            Leader = 1,
            LeaderEpoch = 0,
            PartitionEpoch = 0,
        })]);
        Change(topics => new TopicsImage(topics.ByName.SetItem(name, topic), topics.ById.SetItem(id, topic)), name);
        return id;
    }

    public void Delete(string name)
    {
        if (node.Image.Topics.Find(name) is { } topic)
            Change(topics => new TopicsImage(topics.ByName.Remove(name), topics.ById.Remove(topic.Id)), name);
    }

    private void Change(Func<TopicsImage, TopicsImage> change, string topic)
    {
        node.Image = node.Image with { Topics = change(node.Image.Topics) };
        node.Coordinator.TopicsChanged(new HashSet<string>([topic]));
    }
}
