using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>What happens to topics between one image and the next.</summary>
internal sealed class TopicsDelta(TopicsImage before)
{
    private readonly Dictionary<Guid, TopicDelta> _changed = [];
    private readonly Dictionary<Guid, TopicImage> _removed = [];

    /// <summary>Topics of the image before that are gone.</summary>
    public IReadOnlyCollection<TopicImage> Removed => _removed.Values;

    /// <summary>Topics that are new or whose partitions changed, each with the partitions that did.</summary>
    public IReadOnlyCollection<TopicDelta> Changed => _changed.Values;

    /// <summary>Something happened.</summary>
    public bool IsEmpty => _changed.Count == 0 && _removed.Count == 0;

    public void Replay(TopicRecord record) => _changed[record.TopicId] = new TopicDelta(record.Name, record.TopicId);

    public void Replay(PartitionRecord record) => Change(record.TopicId).Replay(record);

    public void Replay(PartitionChangeRecord record) => Change(record.TopicId).Replay(record);

    /// <summary>Returns the topic that goes.</summary>
    public string Replay(RemoveTopicRecord record)
    {
        var name = _changed.Remove(record.TopicId, out var delta) ? delta.Name : null;
        if (before.Find(record.TopicId) is { } topic)
            _removed[record.TopicId] = topic;
        return name ?? before.Find(record.TopicId)?.Name ?? throw new InvalidDataException($"The metadata log removes the topic {record.TopicId}, which does not exist.");
    }

    /// <summary>The image with all of it done.</summary>
    public TopicsImage Apply()
    {
        if (IsEmpty)
            return before;
        var byName = before.ByName.ToBuilder();
        var byId = before.ById.ToBuilder();
        foreach (var topic in _removed.Values)
        {
            byName.Remove(topic.Name);
            byId.Remove(topic.Id);
        }

        foreach (var delta in _changed.Values)
        {
            var topic = delta.Apply();
            byName[topic.Name] = topic;
            byId[topic.Id] = topic;
        }

        return new TopicsImage(byName.ToImmutable(), byId.ToImmutable());
    }

    private TopicDelta Change(Guid id)
    {
        if (_changed.TryGetValue(id, out var delta))
            return delta;
        var topic = before.Find(id) ?? throw new InvalidDataException($"The metadata log changes a partition of the topic {id}, which does not exist.");
        return _changed[id] = new TopicDelta(topic);
    }
}
