using System.Collections.Concurrent;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Replication;

/// <summary>The partitions that this broker leads, by name and by id. Readers take no locks.</summary>
internal sealed class Partitions
{
    private readonly ConcurrentDictionary<string, HostedTopic> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, HostedTopic> _byId = new();

    /// <summary>Every partition.</summary>
    public IEnumerable<PartitionLeader> All => _byName.Values.SelectMany(topic => topic.Leaders).OfType<PartitionLeader>();

    /// <summary>The topic of a name, null when nothing of it is here.</summary>
    public HostedTopic? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The topic of an id, null when nothing of it is here.</summary>
    public HostedTopic? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>A partition, null when it is not led here.</summary>
    public PartitionLeader? Find(TopicPartition partition) => Find(partition.Topic)?[partition.Partition];

    /// <summary>A log directory failed: ends everything that lies there, and returns how many partitions that are.</summary>
    public int Lose(LogDirectory directory)
    {
        var lost = All.Where(leader => leader.Log.Directory == directory).ToList();
        foreach (var leader in lost)
            leader.End(ErrorCode.KafkaStorageError);
        return lost.Count;
    }

    internal void Set(HostedTopic topic)
    {
        _byName[topic.Name] = topic;
        _byId[topic.Id] = topic;
    }

    internal void Remove(HostedTopic topic)
    {
        _byId.TryRemove(topic.Id, out _);
        _byName.TryRemove(new KeyValuePair<string, HostedTopic>(topic.Name, topic));
    }
}
