using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>What a broker says of itself when it starts.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Incarnation">Made anew for every start.</param>
/// <param name="Endpoints">Where clients reach it.</param>
/// <param name="Rack">Where it stands.</param>
/// <param name="Directories">Ids of its log directories.</param>
/// <param name="WasClean">Its last life ended in order: nothing that it told anybody is missing from its disk.</param>
internal sealed record BrokerStart(
    int Id, Guid Incarnation, IReadOnlyList<Endpoint> Endpoints, string? Rack, IReadOnlyList<Guid> Directories, bool WasClean);

/// <summary>Decides about a broker that registers, and who leads the partitions it holds.</summary>
internal static class Registration
{
    private const sbyte Unfence = -1;

    /// <summary>The decision, given the offset that its first record will have: that is the broker's epoch.</summary>
    public static Decision<long> Decide(ClusterImage image, BrokerStart start, long firstOffset)
    {
        var records = new List<IMetadataRecord>
        {
            new RegisterBrokerRecord
            {
                BrokerId = start.Id,
                IncarnationId = start.Incarnation,
                BrokerEpoch = firstOffset,
                EndPoints = [.. start.Endpoints.Select(point => new RegisterBrokerRecord.BrokerEndpoint
                {
                    Name = point.Listener, Host = point.Host, Port = (ushort)point.Port, SecurityProtocol = point.SecurityProtocol,
                })],
                Features = [.. Features.Supported.Select(feature => new RegisterBrokerRecord.BrokerFeature
                {
                    Name = feature.Name, MinSupportedVersion = feature.Range.Lowest, MaxSupportedVersion = feature.Range.Highest,
                })],
                Rack = start.Rack,
                Fenced = true,
                LogDirs = [.. start.Directories],
            },
            new BrokerRegistrationChangeRecord { BrokerId = start.Id, BrokerEpoch = firstOffset, Fenced = Unfence },
        };
        records.AddRange(Leaderships(image, start));
        return new Decision<long>(firstOffset, records);
    }

    /// <summary>
    /// The broker leads what it holds alone. After an unclean end each leadership is a new one, so that readers who saw what was lost
    /// with the machine's memory notice it; after a clean one nothing was lost, and nothing needs to be written.
    /// </summary>
    private static IEnumerable<IMetadataRecord> Leaderships(ClusterImage image, BrokerStart start)
    {
        foreach (var topic in image.Topics.ByName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
        {
            foreach (var partition in topic.Partitions)
            {
                if (MayLead(partition, start) && (!start.WasClean || partition.Leader != start.Id))
                    yield return Lead(topic.Id, partition, start.Id);
            }
        }
    }

    // Kafka takes a broker that stops in order out of the in-sync replicas, and keeps it as one that may lead again.
    private static bool MayLead(PartitionImage partition, BrokerStart start) =>
        partition.Leader == start.Id || (partition.Leader == PartitionImage.NoLeader && (partition.Isr.Contains(start.Id) || partition.EligibleLeaders.Contains(start.Id)));

    private static PartitionChangeRecord Lead(Guid topic, PartitionImage partition, int leader)
    {
        var record = new PartitionChangeRecord { TopicId = topic, PartitionId = partition.Id, Leader = leader };
        if (!partition.Isr.Contains(leader))
            (record.Isr, record.EligibleLeaderReplicas, record.LastKnownElr) = ([leader], [.. partition.EligibleLeaders.Remove(leader)], []);

        return record;
    }
}
