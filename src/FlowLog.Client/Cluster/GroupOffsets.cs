using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Cluster;

/// <summary>Reads and writes a group's committed offsets at its coordinator: one attempt each, errors as exceptions or per partition.</summary>
internal sealed class GroupOffsets(ClusterLink link)
{
    // Topics go by name up to here.
    private const short LastVersionWithNames = 9;

    /// <summary>What is committed, for these partitions or (null) for all that have a commit; partitions without are left out.</summary>
    public async ValueTask<Dictionary<TopicPartition, OffsetAndMetadata>> FetchAsync(
        string group, IReadOnlyCollection<TopicPartition>? partitions, bool requireStable, CancellationToken cancellation)
    {
        var connection = await link.ToCoordinatorAsync(CoordinatorType.Group, group, Lane.General, cancellation);
        var version = connection.Versions.Choose(ApiKey.OffsetFetch, LastVersionWithNames);
        var response = await connection.SendAsync(FetchRequest(group, partitions, requireStable && version >= 7, version), version, link.Options.RequestTimeout, cancellation);
        return version >= 8 ? ReadGroups(group, response) : ReadTopics(group, response);
    }

    /// <summary>Stores offsets; returns the error of each partition.</summary>
    public async ValueTask<Dictionary<TopicPartition, ErrorCode>> CommitAsync(
        ConsumerGroupMetadata member, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation)
    {
        var connection = await link.ToCoordinatorAsync(CoordinatorType.Group, member.GroupId, Lane.General, cancellation);
        var version = connection.Versions.Choose(ApiKey.OffsetCommit, LastVersionWithNames);
        var request = new OffsetCommitRequest
        {
            GroupId = member.GroupId,
            GenerationIdOrMemberEpoch = member.GenerationId,
            MemberId = member.MemberId,
            GroupInstanceId = version >= 7 ? member.GroupInstanceId : null,
            Topics = [.. offsets.GroupBy(offset => offset.Key.Topic, StringComparer.Ordinal).Select(CommitTopic)],
        };

        var response = await connection.SendAsync(request, version, link.Options.RequestTimeout, cancellation);
        return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (Key: new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode)))
            .ToDictionary(entry => entry.Key, entry => entry.ErrorCode);
    }

    private static OffsetCommitRequest.OffsetCommitRequestTopic CommitTopic(IGrouping<string, KeyValuePair<TopicPartition, OffsetAndMetadata>> topic) => new()
    {
        Name = topic.Key,
        Partitions =
        [
            .. topic.Select(offset => new OffsetCommitRequest.OffsetCommitRequestPartition
            {
                PartitionIndex = offset.Key.Partition,
                CommittedOffset = offset.Value.Offset,
                CommittedLeaderEpoch = offset.Value.LeaderEpoch ?? -1,
                CommittedMetadata = offset.Value.Metadata ?? "",
            }),
        ],
    };

    private static OffsetFetchRequest FetchRequest(string group, IReadOnlyCollection<TopicPartition>? partitions, bool requireStable, short version)
    {
        var topics = partitions?.GroupBy(partition => partition.Topic, StringComparer.Ordinal);
        if (version < 8)
            return new OffsetFetchRequest
            {
                GroupId = group,
                RequireStable = requireStable,
                Topics = topics?.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopic { Name = topic.Key, PartitionIndexes = [.. topic.Select(partition => partition.Partition)] }).ToList(),
            };

        return new OffsetFetchRequest
        {
            RequireStable = requireStable,
            Groups =
            [
                new OffsetFetchRequest.OffsetFetchRequestGroup
                {
                    GroupId = group,
                    Topics = topics?.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Key, PartitionIndexes = [.. topic.Select(partition => partition.Partition)] }).ToList(),
                },
            ],
        };
    }

    private Dictionary<TopicPartition, OffsetAndMetadata> ReadGroups(string group, OffsetFetchResponse response)
    {
        var answer = response.Groups.Find(answer => answer.GroupId == group)
            ?? throw Failures.Of(ErrorCode.UnknownServerError, $"The answer does not mention group {group}");
        link.CheckCoordinator(CoordinatorType.Group, group, answer.ErrorCode);
        return Collect(answer.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            (new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode, partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata))));
    }

    private Dictionary<TopicPartition, OffsetAndMetadata> ReadTopics(string group, OffsetFetchResponse response)
    {
        link.CheckCoordinator(CoordinatorType.Group, group, response.ErrorCode);
        return Collect(response.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            (new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode, partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata))));
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Collect(
        IEnumerable<(TopicPartition Partition, ErrorCode Error, long Offset, int Epoch, string? Metadata)> answers)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = [];
        foreach (var (partition, error, offset, epoch, metadata) in answers)
        {
            Retries.Check(error, $"No committed offset of {partition}: {ErrorCodes.Describe(error).Sentence}");
            if (offset >= 0)
                offsets.Add(partition, new OffsetAndMetadata(offset, metadata ?? "", epoch < 0 ? null : epoch));
        }

        return offsets;
    }
}
