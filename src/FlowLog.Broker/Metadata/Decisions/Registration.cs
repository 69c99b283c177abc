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
                if (partition.Leader == start.Id ? !start.WasClean : partition.Leader == PartitionImage.NoLeader && MayLead(partition, start.Id))
                    yield return Election(topic, partition, start.Id);
            }
        }
    }

    /// <summary>
    /// A partition without a leader: its in-sync replicas may lead, else those out of the set that had everything committed (KIP-966), else the one that was known to be
    /// such a replica last. Kafka leaves the last two behind when its only broker stops.
    /// </summary>
    private static bool MayLead(PartitionImage partition, int broker) =>
        !partition.Isr.IsEmpty ? partition.Isr.Contains(broker)
        : !partition.EligibleLeaders.IsEmpty ? partition.EligibleLeaders.Contains(broker)
        : partition.LastKnownEligible is [var last] && last == broker;

    private static PartitionChangeRecord Election(TopicImage topic, PartitionImage partition, int broker) => new()
    {
        TopicId = topic.Id,
        PartitionId = partition.Id,
        Leader = broker,
        Isr = partition.Isr.Contains(broker) ? null : [broker],
        EligibleLeaderReplicas = partition.EligibleLeaders.Contains(broker) ? [.. partition.EligibleLeaders.Remove(broker)] : null,
        LastKnownElr = partition.LastKnownEligible.IsEmpty ? null : [],
    };
}
