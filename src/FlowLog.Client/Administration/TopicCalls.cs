using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Administration;

/// <summary>Topics, their partitions and their records: one attempt each.</summary>
internal sealed class TopicCalls(ClusterLink link)
{
    private int TimeoutMs => (int)link.Options.RequestTimeout.TotalMilliseconds;

    public async ValueTask<Dictionary<string, AdminResult<TopicMetadata>>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var response = await link.Metadata.AskAsync(topics, createTopics: false, cancellation);
        var metadata = ClusterMetadata.Empty.Apply(response);
        return response.Topics.Where(topic => topic.Name is not null).ToDictionary(
            topic => topic.Name!,
            topic => metadata.Topic(topic.Name!) is { } known ? new AdminResult<TopicMetadata>(known) : new AdminResult<TopicMetadata>(new AdminError(topic.ErrorCode)),
            StringComparer.Ordinal);
    }

    public async ValueTask<Dictionary<string, AdminResult<CreatedTopic>>> CreateAsync(IEnumerable<NewTopic> topics, bool validateOnly, CancellationToken cancellation)
    {
        var connection = await link.ToControllerAsync(cancellation);
        var request = new CreateTopicsRequest { TimeoutMs = TimeoutMs, ValidateOnly = validateOnly, Topics = [.. topics.Select(Write)] };
        var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
        return response.Topics.ToDictionary(
            topic => topic.Name,
            topic => topic.ErrorCode == ErrorCode.None
                ? new AdminResult<CreatedTopic>(new CreatedTopic(topic.Name, topic.TopicId, topic.NumPartitions, topic.ReplicationFactor))
                : new AdminResult<CreatedTopic>(new AdminError(topic.ErrorCode, topic.ErrorMessage)),
            StringComparer.Ordinal);
    }

    public async ValueTask<Dictionary<string, AdminResult<bool>>> DeleteAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var connection = await link.ToControllerAsync(cancellation);
        var version = connection.Versions.Choose(ApiKey.DeleteTopics);
        var request = new DeleteTopicsRequest { TimeoutMs = TimeoutMs };
        if (version >= 6)
            request.Topics = [.. topics.Select(topic => new DeleteTopicsRequest.DeleteTopicState { Name = topic })];
        else
            request.TopicNames = [.. topics];

        var response = await connection.SendAsync(request, version, link.Options.RequestTimeout, cancellation);
        return response.Responses.Where(topic => topic.Name is not null)
            .ToDictionary(topic => topic.Name!, topic => Outcome.Of(topic.ErrorCode, topic.ErrorMessage), StringComparer.Ordinal);
    }

    public async ValueTask<Dictionary<string, AdminResult<bool>>> CreatePartitionsAsync(
        IEnumerable<KeyValuePair<string, int>> counts, bool validateOnly, CancellationToken cancellation)
    {
        var connection = await link.ToControllerAsync(cancellation);
        var request = new CreatePartitionsRequest
        {
            TimeoutMs = TimeoutMs,
            ValidateOnly = validateOnly,
            Topics = [.. counts.Select(topic => new CreatePartitionsRequest.CreatePartitionsTopic { Name = topic.Key, Count = topic.Value, Assignments = null })],
        };
        var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
        return response.Results.ToDictionary(topic => topic.Name, topic => Outcome.Of(topic.ErrorCode, topic.ErrorMessage), StringComparer.Ordinal);
    }

    public ValueTask<Dictionary<TopicPartition, AdminResult<long>>> DeleteRecordsAsync(
        IReadOnlyCollection<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, long> beforeOffsets, CancellationToken cancellation) =>
        ByLeader.AskAsync(link, partitions, async (connection, led, token) =>
        {
            var request = new DeleteRecordsRequest
            {
                TimeoutMs = TimeoutMs,
                Topics =
                [
                    .. led.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic => new DeleteRecordsRequest.DeleteRecordsTopic
                    {
                        Name = topic.Key,
                        Partitions = [.. topic.Select(partition => new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition.Partition, Offset = beforeOffsets[partition] })],
                    }),
                ],
            };
            var response = await connection.SendAsync(request, link.Options.RequestTimeout, token);
            return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (
                new TopicPartition(topic.Name, partition.PartitionIndex),
                partition.ErrorCode == ErrorCode.None ? new AdminResult<long>(partition.LowWatermark) : new AdminResult<long>(new AdminError(partition.ErrorCode)))));
        }, cancellation);

    private static CreateTopicsRequest.CreatableTopic Write(NewTopic topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Assignment is null ? topic.Partitions : -1,
        ReplicationFactor = topic.Assignment is null ? topic.ReplicationFactor : (short)-1,
        Assignments =
        [
            .. (topic.Assignment ?? new Dictionary<int, IReadOnlyList<int>>()).Select(partition =>
                new CreateTopicsRequest.CreatableReplicaAssignment { PartitionIndex = partition.Key, BrokerIds = [.. partition.Value] }),
        ],
        Configs = [.. topic.Configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
    };
}
