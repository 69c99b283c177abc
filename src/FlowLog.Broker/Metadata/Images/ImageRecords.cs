using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>An image as records: replayed onto nothing they make the same image. This is what a snapshot of the metadata holds.</summary>
internal static class ImageRecords
{
    /// <summary>The records of an image, in the order in which Kafka writes them.</summary>
    public static IEnumerable<IMetadataRecord> Of(ClusterImage image) =>
        Features(image.Features)
            .Concat(image.Brokers.Values.Select(Broker))
            .Concat(image.Topics.ByName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).SelectMany(Topic))
            .Concat(image.Configs.ByResource.SelectMany(resource => resource.Value.Select(config => Config(resource.Key, config.Key, config.Value))))
            .Concat(image.Quotas.ByEntity.SelectMany(entity => entity.Value.Select(quota => Quota(entity.Key, quota.Key, quota.Value))))
            .Append(new ProducerIdsRecord { BrokerId = -1, BrokerEpoch = -1, NextProducerId = image.NextProducerId })
            .Concat(image.Others.Records)
            .Concat(image.Scram.Credentials.Select(credential => Credential(credential.Key.User, credential.Key.Mechanism, credential.Value)));

    // The metadata version comes first: the meaning of all other records depends on it.
    private static IEnumerable<IMetadataRecord> Features(FeaturesImage features) => features.Levels
        .OrderBy(feature => feature.Key == Metadata.Features.MetadataVersion ? 0 : 1)
        .Select(feature => new FeatureLevelRecord { Name = feature.Key, FeatureLevel = feature.Value });

    private static RegisterBrokerRecord Broker(BrokerImage broker) => new()
    {
        BrokerId = broker.Id,
        IncarnationId = broker.Incarnation,
        BrokerEpoch = broker.Epoch,
        EndPoints = [.. broker.Endpoints.Select(point => new RegisterBrokerRecord.BrokerEndpoint
        {
            Name = point.Listener, Host = point.Host, Port = (ushort)point.Port, SecurityProtocol = point.SecurityProtocol,
        })],
        Features = [.. broker.Features.Select(feature => new RegisterBrokerRecord.BrokerFeature
        {
            Name = feature.Key, MinSupportedVersion = feature.Value.Lowest, MaxSupportedVersion = feature.Value.Highest,
        })],
        Rack = broker.Rack,
        Fenced = broker.IsFenced,
        InControlledShutdown = broker.IsShuttingDown,
        LogDirs = [.. broker.Directories],
    };

    private static IEnumerable<IMetadataRecord> Topic(TopicImage topic) => topic.Partitions
        .Select(partition => (IMetadataRecord)Partition(topic.Id, partition))
        .Prepend(new TopicRecord { Name = topic.Name, TopicId = topic.Id });

    private static PartitionRecord Partition(Guid topic, PartitionImage partition) => new()
    {
        PartitionId = partition.Id,
        TopicId = topic,
        Replicas = [.. partition.Replicas],
        Isr = [.. partition.Isr],
        RemovingReplicas = [.. partition.Removing],
        AddingReplicas = [.. partition.Adding],
        Leader = partition.Leader,
        LeaderRecoveryState = partition.LeaderRecoveryState,
        LeaderEpoch = partition.LeaderEpoch,
        PartitionEpoch = partition.PartitionEpoch,
        Directories = [.. partition.Directories],
        EligibleLeaderReplicas = partition.EligibleLeaders.IsEmpty ? null : [.. partition.EligibleLeaders],
        LastKnownElr = partition.LastKnownEligible.IsEmpty ? null : [.. partition.LastKnownEligible],
    };

    private static ConfigRecord Config(ConfigResource resource, string name, string value) =>
        new() { ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, Name = name, Value = value };

    private static ClientQuotaRecord Quota(QuotaEntity entity, string key, double value) => new()
    {
        Entity = [.. entity.Parts.Select(part => new ClientQuotaRecord.EntityData { EntityType = part.Key, EntityName = part.Value })],
        Key = key,
        Value = value,
    };

    private static UserScramCredentialRecord Credential(string user, sbyte mechanism, ScramCredential credential) => new()
    {
        Name = user,
        Mechanism = mechanism,
        Salt = credential.Salt,
        StoredKey = credential.StoredKey,
        ServerKey = credential.ServerKey,
        Iterations = credential.Iterations,
    };
}
