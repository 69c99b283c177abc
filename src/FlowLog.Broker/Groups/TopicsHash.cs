using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups;

/// <summary>A number that tells some topics, as they are, from what they were: another one when one comes, goes, is made anew or grows. 0 for no topics.</summary>
/// <remarks>
/// It is in the records of groups (<c>MetadataHash</c>). Kafka computes another number of the same, and compares it only with what it computes itself: a node
/// that takes over a folder of the other kind gives every group one epoch more with the first heartbeat, and the partitions stay where they are.
/// </remarks>
internal static class TopicsHash
{
    // FNV-1a: must be the same after a restart, which the runtime's own hashes are not.
    public static long Of(ImmutableSortedSet<string> names, TopicsImage topics)
    {
        var hash = 14_695_981_039_346_656_037UL;
        var any = false;
        Span<byte> bytes = stackalloc byte[20];
        foreach (var topic in names.Select(topics.Find).OfType<TopicImage>())
        {
            any = true;
            topic.Id.TryWriteBytes(bytes);
            BitConverter.TryWriteBytes(bytes[16..], topic.Partitions.Length);
            foreach (var value in bytes)
                hash = unchecked((hash ^ value) * 1_099_511_628_211UL);
        }

        return any ? unchecked((long)hash) : 0;
    }
}
