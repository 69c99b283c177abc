using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>The first records of a new cluster.</summary>
internal static class Bootstrap
{
    /// <summary>Features at their highest levels and, because eligible leader replicas need it to be the cluster's, <c>min.insync.replicas</c>.</summary>
    public static List<IMetadataRecord> Records(string minInSyncReplicas)
    {
        // The metadata version comes first: the meaning of all other records depends on it.
        var levels = Features.AtFormat.OrderBy(feature => feature.Name == Features.MetadataVersion ? 0 : 1);
        var records = new List<IMetadataRecord> { new BeginTransactionRecord { Name = "Bootstrap records" } };
        records.AddRange(levels.Select(feature => new FeatureLevelRecord { Name = feature.Name, FeatureLevel = feature.Level }));
        records.Add(new ConfigRecord
        {
            ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = "", Name = "min.insync.replicas", Value = minInSyncReplicas,
        });
        records.Add(new EndTransactionRecord());
        return records;
    }
}
