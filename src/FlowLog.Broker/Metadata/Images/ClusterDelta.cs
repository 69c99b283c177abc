using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>
/// The records between one image and the next, replayed: what changed (for those who must act on it) and the next image.
/// The only code that gives metadata records a meaning.
/// </summary>
internal sealed class ClusterDelta(ClusterImage before)
{
    private readonly BrokersDelta _brokers = new(before.Brokers);
    private readonly HashSet<ConfigResource> _changedConfigs = [];
    private ConfigsImage _configs = before.Configs;
    private FeaturesImage _features = before.Features;
    private QuotasImage _quotas = before.Quotas;
    private ScramImage _scram = before.Scram;
    private OthersImage _others = before.Others;
    private long _nextProducerId = before.NextProducerId;

    /// <summary>The image that it starts from.</summary>
    public ClusterImage Before => before;

    /// <summary>What happens to topics.</summary>
    public TopicsDelta Topics { get; } = new(before.Topics);

    /// <summary>Resources whose configs were set or removed.</summary>
    public IReadOnlySet<ConfigResource> ChangedConfigs => _changedConfigs;

    /// <summary>Takes one record. A record that contradicts the image is an <see cref="InvalidDataException"/>: the log is not what was agreed on.</summary>
    public void Replay(IMetadataRecord record)
    {
        switch (record)
        {
            case TopicRecord topic: Topics.Replay(topic); break;
            case PartitionRecord partition: Topics.Replay(partition); break;
            case PartitionChangeRecord change: Topics.Replay(change); break;
            case RemoveTopicRecord removal: RemoveTopic(removal); break;
            case ConfigRecord config: Configure(config); break;
            case RegisterBrokerRecord registration: _brokers.Replay(registration); break;
            case UnregisterBrokerRecord removal: _brokers.Replay(removal); break;
            case FenceBrokerRecord fence: _brokers.Replay(fence); break;
            case UnfenceBrokerRecord unfence: _brokers.Replay(unfence); break;
            case BrokerRegistrationChangeRecord change: _brokers.Replay(change); break;
            case FeatureLevelRecord feature: _features = _features.With(feature.Name, feature.FeatureLevel); break;
            case ClientQuotaRecord quota: _quotas = _quotas.With(quota); break;
            case UserScramCredentialRecord credential: _scram = _scram.With(credential); break;
            case RemoveUserScramCredentialRecord removal: _scram = _scram.Without(removal); break;
            case ProducerIdsRecord block: _nextProducerId = block.NextProducerId; break;

            // Kinds that a later part of the system gives a meaning to, or that have none: a node without them must still read the log.
            default: _others = _others.With(record); break;
        }
    }

    /// <summary>The image with all records replayed.</summary>
    /// <param name="offset">Offset of the last of them.</param>
    /// <param name="epoch">Its leader epoch.</param>
    public ClusterImage Apply(long offset, int epoch) => before with
    {
        Offset = offset,
        Epoch = epoch,
        Features = _features,
        Brokers = _brokers.Now,
        Topics = Topics.Apply(),
        Configs = _configs,
        Quotas = _quotas,
        Scram = _scram,
        Others = _others,
        NextProducerId = _nextProducerId,
    };

    private void RemoveTopic(RemoveTopicRecord removal)
    {
        var resource = ConfigResource.Topic(Topics.Replay(removal));
        _configs = _configs.Without(resource);
        _changedConfigs.Remove(resource);
    }

    private void Configure(ConfigRecord record)
    {
        var resource = new ConfigResource((ConfigResourceType)record.ResourceType, record.ResourceName);
        _configs = _configs.With(resource, record.Name, record.Value);
        _changedConfigs.Add(resource);
    }
}
