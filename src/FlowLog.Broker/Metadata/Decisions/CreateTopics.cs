using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;
using Topic = FlowLog.Protocol.Messages.CreateTopicsRequest.CreatableTopic;
using TopicResult = FlowLog.Protocol.Messages.CreateTopicsResponse.CreatableTopicResult;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about new topics; each of a request succeeds or fails for itself.</summary>
internal sealed class CreateTopics(BrokerConfigs broker, IRandomness random)
{
    private const int MostPartitionsPerRequest = 10_000;

    private readonly TopicConfigs _topicConfigs = new(broker);

    /// <summary>The decision about one request.</summary>
    public Decision<CreateTopicsResponse> Decide(ClusterImage image, CreateTopicsRequest request)
    {
        var response = new CreateTopicsResponse();
        var records = new List<IMetadataRecord>();
        var tooMany = IsTooMuch(image, request);
        foreach (var group in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            var refusal = group.Count() > 1 ? new Refusal(ErrorCode.InvalidRequest, "Duplicate topic name.")
                : group.Key == TopicNames.ClusterMetadata ? new Refusal(ErrorCode.InvalidRequest, $"Creation of internal topic {group.Key} is prohibited.")
                : tooMany;
            response.Topics.Add(refusal is null ? Decide(image, group.First(), records) : Refused(group.Key, refusal));
        }

        return new Decision<CreateTopicsResponse>(response, request.ValidateOnly ? [] : records);
    }

    /// <summary>Whether a request names a topic that may be created: one that comes once and is not the node's own.</summary>
    public static bool IsToBeDecided(CreateTopicsRequest request) =>
        request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal).Any(same => same.Key != TopicNames.ClusterMetadata && same.Count() == 1);

    private Refusal? IsTooMuch(ClusterImage image, CreateTopicsRequest request)
    {
        var fallback = broker.Int32(image.Configs, "num.partitions");

        // In 64 bits: where Kafka counts, in 32, a request for too many can look like one for few.
        var total = request.Topics.Sum(topic => topic.Assignments.Count > 0 ? topic.Assignments.Count : topic.NumPartitions == -1 ? fallback : Math.Max(0L, topic.NumPartitions));
        return total > MostPartitionsPerRequest
            ? new Refusal(ErrorCode.PolicyViolation, $"Excessively large number of partitions per request: {total}; the most is {MostPartitionsPerRequest}.")
            : null;
    }

    private TopicResult Decide(ClusterImage image, Topic topic, List<IMetadataRecord> records)
    {
        var refusal = TopicNames.Check(topic.Name);
        refusal ??= image.Topics.Find(topic.Name) is not null
            ? new Refusal(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.")
            : TopicNames.CheckCollision(topic.Name, image.Topics.ByName);
        var overrides = refusal is null ? Overrides(topic, out refusal) : [];
        var replicas = refusal is null ? Replicas(image, topic, out refusal) : [];
        if (refusal is not null)
            return Refused(topic.Name, refusal);

        var id = NewTopicId();
        records.Add(new TopicRecord { Name = topic.Name, TopicId = id });
        records.AddRange(overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ConfigRecord
        {
            ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = topic.Name, Name = pair.Key, Value = pair.Value,
        }));
        records.AddRange(replicas.Select((list, partition) => Placement.Record(image, id, partition, list)));
        return new TopicResult
        {
            Name = topic.Name,
            ErrorMessage = null,
            TopicId = id,
            NumPartitions = replicas.Count,
            ReplicationFactor = (short)replicas[0].Count,
            Configs = [.. _topicConfigs.Describe(image.Configs, overrides).Select(entry => Described(entry, topic))],
        };
    }

    private Guid NewTopicId()
    {
        var id = new TopicId(random.NextGuid());
        while (!id.IsUsable)
            id = new TopicId(random.NextGuid());
        return id.Value;
    }

    private static ImmutableDictionary<string, string> Overrides(Topic topic, out Refusal? refusal)
    {
        var overrides = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

        // Of a key that comes twice the last value counts, and the first is not looked at.
        foreach (var config in topic.Configs.AsEnumerable().Reverse().DistinctBy(config => config.Name))
        {
            var value = TopicConfigRules.Parse(config.Name, config.Value, out refusal);
            if (refusal is not null)
                return ImmutableDictionary<string, string>.Empty;
            overrides[config.Name] = value!;
        }

        refusal = TopicConfigRules.CheckTogether(overrides);
        return overrides.ToImmutable();
    }

    private IReadOnlyList<List<int>> Replicas(ClusterImage image, Topic topic, out Refusal? refusal)
    {
        if (topic.Assignments.Count > 0)
            return Assigned(image, topic, out refusal);
        refusal = topic.ReplicationFactor is 0 or < -1
            ? new Refusal(ErrorCode.InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.")
            : topic.NumPartitions is 0 or < -1
                ? new Refusal(ErrorCode.InvalidPartitions, "Number of partitions must be larger than 0, or -1 to use the default value.")
                : null;
        if (refusal is not null)
            return [];
        var count = topic.NumPartitions == -1 ? broker.Int32(image.Configs, "num.partitions") : topic.NumPartitions;
        var factor = topic.ReplicationFactor == -1 ? broker.Int32(image.Configs, "default.replication.factor") : topic.ReplicationFactor;
        return Placement.Spread(image, 0, count, factor, out refusal);
    }

    private static List<List<int>> Assigned(ClusterImage image, Topic topic, out Refusal? refusal)
    {
        refusal = topic.ReplicationFactor != -1
            ? new Refusal(ErrorCode.InvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.")
            : topic.NumPartitions != -1
                ? new Refusal(ErrorCode.InvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.")
                : null;
        var lists = new List<List<int>>();
        foreach (var assignment in topic.Assignments.OrderBy(entry => entry.PartitionIndex))
        {
            refusal ??= assignment.PartitionIndex != lists.Count
                ? new Refusal(ErrorCode.InvalidReplicaAssignment, "Partitions should be a consecutive 0-based integer sequence, each of them once.")
                : Placement.Check(image, assignment.BrokerIds, lists.Count > 0 ? lists[0].Count : null);
            if (refusal is not null)
                return [];
            lists.Add(assignment.BrokerIds);
        }

        return lists;
    }

    /// <summary>The answer repeats what was asked for to the letter, blanks included.</summary>
    private static CreateTopicsResponse.CreatableTopicConfigs Described(ConfigEntry entry, Topic asked) => new()
    {
        Name = entry.Definition.Name,
        Value = entry.Definition.IsSensitive ? null : asked.Configs.FindLast(config => config.Name == entry.Definition.Name)?.Value ?? entry.Value,
        ConfigSource = (sbyte)entry.Source,
        IsSensitive = entry.Definition.IsSensitive,
    };

    private static TopicResult Refused(string name, Refusal refusal) => new() { Name = name, ErrorCode = refusal.Code, ErrorMessage = refusal.Message };
}
