using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Asked = FlowLog.Protocol.Messages.MetadataRequest.MetadataRequestTopic;
using Topic = FlowLog.Protocol.Messages.MetadataResponse.MetadataResponseTopic;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells who leads what, and creates topics that are asked for and missing where that is allowed.</summary>
internal sealed class MetadataHandler(string clusterId, CurrentImage current, BrokerConfigs broker, TopicCreation creation) : ApiHandler<MetadataRequest>
{
    private const short FirstWithNullForAll = 1;
    private const short FirstByName = 12;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, MetadataRequest request)
    {
        var image = current.Image;
        if (Malformed(context.Version, request) is { } refused)
        {
            context.Reply(refused);
            return;
        }

        var response = new MetadataResponse
        {
            ClusterId = clusterId,
            ControllerId = broker.NodeId,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked,
        };
        foreach (var node in image.Brokers.Values)
        {
            if (!node.IsFenced && node.On(context.Listener) is { } endpoint)
                response.Brokers.Add(new MetadataResponse.MetadataResponseBroker { NodeId = node.Id, Host = endpoint.Host, Port = endpoint.Port, Rack = node.Rack });
        }

        response.Topics = Topics(context.Version, image, request);
        if (request.IncludeTopicAuthorizedOperations)
            response.Topics.ForEach(topic => topic.TopicAuthorizedOperations = topic.ErrorCode == ErrorCode.UnknownTopicId ? AuthorizedOperations.NotAsked : AuthorizedOperations.Topic);
        context.Reply(response);
    }

    /// <summary>Questions that no version allows, answered as Kafka does: one error for everything.</summary>
    private static MetadataResponse? Malformed(short version, MetadataRequest request)
    {
        if (request.Topics is not { Count: > 0 } topics)
            return null;

        // Beside one that has an id, topics without are not even looked at.
        var neither = topics.Exists(topic => topic.Name is null && topic.TopicId == Guid.Empty);
        var byId = topics.Exists(topic => topic.TopicId != Guid.Empty);
        var error = version < FirstByName && (byId || topics.Exists(topic => topic.Name is null)) ? ErrorCode.InvalidRequest
            : neither && !byId ? ErrorCode.UnknownServerError : ErrorCode.None;
        return error == ErrorCode.None ? null : new MetadataResponse
        {
            ErrorCode = error,
            Topics = [.. topics.Select(topic => new Topic { ErrorCode = error, Name = topic.Name ?? "", TopicId = topic.TopicId })],
        };
    }

    private List<Topic> Topics(short version, ClusterImage image, MetadataRequest request)
    {
        if (request.Topics is null || (version < FirstWithNullForAll && request.Topics.Count == 0))
            return [.. image.Topics.ByName.Values.Select(topic => Known(image, topic))];
        var mayCreate = request.AllowAutoTopicCreation && broker.Boolean(image.Configs, "auto.create.topics.enable");

        // Who asks for one topic by its id gets answers to ids alone.
        var byId = request.Topics.Exists(topic => topic.TopicId != Guid.Empty);
        var asked = byId ? request.Topics.Where(topic => topic.TopicId != Guid.Empty) : request.Topics;
        return [.. asked.DistinctBy(topic => (topic.Name, topic.TopicId)).Select(topic => One(image, topic, mayCreate)).DistinctBy(topic => (topic.Name, topic.TopicId))];
    }

    private Topic One(ClusterImage image, Asked asked, bool mayCreate)
    {
        if (asked.TopicId != Guid.Empty)
        {
            return image.Topics.Find(asked.TopicId) is { } byId
                ? Known(image, byId)
                : new Topic { ErrorCode = ErrorCode.UnknownTopicId, TopicId = asked.TopicId, Name = null };
        }

        var name = asked.Name!;
        if (image.Topics.Find(name) is { } topic)
            return Known(image, topic);
        var refusal = TopicNames.Check(name) ?? (mayCreate ? TopicNames.CheckCollision(name, image.Topics.ByName) : null);
        if (refusal is null && mayCreate)
            creation.Start(name);
        return new Topic { ErrorCode = refusal?.Code ?? ErrorCode.UnknownTopicOrPartition, Name = name, IsInternal = TopicNames.IsInternal(name) };
    }

    private static Topic Known(ClusterImage image, TopicImage topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = TopicNames.IsInternal(topic.Name),
        Partitions = [.. topic.Partitions.Select(partition => new MetadataResponse.MetadataResponsePartition
        {
            ErrorCode = partition.Leader == PartitionImage.NoLeader ? ErrorCode.LeaderNotAvailable : ErrorCode.None,
            PartitionIndex = partition.Id,
            LeaderId = partition.Leader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = [.. partition.Replicas],
            IsrNodes = [.. partition.Isr],
            OfflineReplicas = [.. partition.Replicas.Where(id => !image.Brokers.TryGetValue(id, out var broker) || broker.IsFenced)],
        })],
    };
}
