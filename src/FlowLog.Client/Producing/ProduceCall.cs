using FlowLog.Client.Cluster;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Producing;

/// <summary>One produce request: at most one batch of each partition.</summary>
internal sealed class ProduceCall
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public int Bytes { get; private set; }

    public List<Entry> Entries => _entries;

    public void Add(PartitionQueue queue, ProducerBatch batch)
    {
        _entries.Add(new Entry(queue, batch));
        Bytes += batch.Bytes.Length;
    }

    /// <summary>The request. It names topics both ways; the version decides which of the two is written.</summary>
    public ProduceRequest ToRequest(ProducerOptions options, string? transactionalId, ClusterMetadata metadata)
    {
        var request = new ProduceRequest
        {
            TransactionalId = transactionalId,
            Acks = (short)options.Acks,
            TimeoutMs = (int)options.RequestTimeout.TotalMilliseconds,
        };

        foreach (var entry in _entries)
        {
            var name = entry.Batch.Partition.Topic;
            var topic = request.TopicData is [.., var last] && last.Name == name ? last : Find(request, name);
            if (topic is null)
                request.TopicData.Add(topic = new() { Name = name, TopicId = metadata.Topic(name)?.TopicId ?? Guid.Empty });

            topic.PartitionData.Add(new() { Index = entry.Batch.Partition.Partition, Records = entry.Batch.Bytes });
        }

        return request;
    }

    /// <summary>True when the cluster has told ids for all topics inside.</summary>
    public bool HasTopicIds(ClusterMetadata metadata) =>
        _entries.TrueForAll(entry => metadata.Topic(entry.Batch.Partition.Topic) is { } topic && topic.TopicId != Guid.Empty);

    private static ProduceRequest.TopicProduceData? Find(ProduceRequest request, string topic) => request.TopicData.Find(data => data.Name == topic);

    /// <summary>The answer about a batch, or null.</summary>
    public static ProduceResponse.PartitionProduceResponse? Find(ProduceResponse response, in TopicPartition partition, ClusterMetadata metadata)
    {
        foreach (var topic in response.Responses)
            if (topic.Name == partition.Topic || (topic.TopicId != Guid.Empty && metadata.NameOf(topic.TopicId) == partition.Topic))
                foreach (var answer in topic.PartitionResponses)
                    if (answer.Index == partition.Partition)
                        return answer;

        return null;
    }

    internal readonly record struct Entry(PartitionQueue Queue, ProducerBatch Batch);
}
