using System.Buffers;
using System.Runtime.InteropServices;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// What a produce request names twice. Hardly any does, and to see that costs no memory: a few names are compared with each other, many are sorted. Only a request that does repeat itself pays for it.
/// </summary>
internal static class Repeats
{
    private const int Few = 16;

    /// <summary>Whether a partition comes twice in one topic.</summary>
    public static bool AreIn(List<ProduceRequest.PartitionProduceData> partitions) => HasRepeats(CollectionsMarshal.AsSpan(partitions));

    /// <summary>A topic that comes several times in one request is one topic of the answer: the first, which gets the partitions of all.</summary>
    public static void Merge(List<ProduceRequest.TopicProduceData> topics, bool byId)
    {
        if (topics.Count <= Few && !HasRepeats(CollectionsMarshal.AsSpan(topics), byId))
            return;
        var first = new Dictionary<(string, Guid), ProduceRequest.TopicProduceData>(topics.Count);
        foreach (var topic in topics)
        {
            var key = byId ? ("", topic.TopicId) : (topic.Name, Guid.Empty);
            if (first.TryAdd(key, topic))
                continue;
            first[key].PartitionData.AddRange(topic.PartitionData);
            topic.PartitionData.Clear();
        }
    }

    private static bool HasRepeats(ReadOnlySpan<ProduceRequest.PartitionProduceData> partitions)
    {
        if (partitions.Length > Few)
            return HasRepeatsAmongMany(partitions);
        for (var i = 1; i < partitions.Length; i++)
        {
            for (var before = 0; before < i; before++)
            {
                if (partitions[before].Index == partitions[i].Index)
                    return true;
            }
        }

        return false;
    }

    private static bool HasRepeatsAmongMany(ReadOnlySpan<ProduceRequest.PartitionProduceData> partitions)
    {
        var rented = ArrayPool<int>.Shared.Rent(partitions.Length);
        var indexes = rented.AsSpan(0, partitions.Length);
        for (var i = 0; i < indexes.Length; i++)
            indexes[i] = partitions[i].Index;

        indexes.Sort();
        var repeats = false;
        for (var i = 1; i < indexes.Length && !repeats; i++)
            repeats = indexes[i] == indexes[i - 1];

        ArrayPool<int>.Shared.Return(rented);
        return repeats;
    }

    private static bool HasRepeats(ReadOnlySpan<ProduceRequest.TopicProduceData> topics, bool byId)
    {
        for (var i = 1; i < topics.Length; i++)
        {
            for (var before = 0; before < i; before++)
            {
                if (byId ? topics[before].TopicId == topics[i].TopicId : topics[before].Name == topics[i].Name)
                    return true;
            }
        }

        return false;
    }
}
