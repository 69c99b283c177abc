using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>OffsetFetch in its three shapes: one group (to version 7), several by topic name (8, 9), several by topic id (10).</summary>
internal sealed class OffsetFetchHandler(GroupCoordinator groups, CurrentImage current) : GroupApiHandler<OffsetFetchRequest>(groups)
{
    private const short SeveralGroups = 8;
    private const short ById = 10;

    /// <summary>The first version with an error for the group as a whole.</summary>
    private const short GroupError = 2;

    protected override void Handle(RequestContext context, OffsetFetchRequest request)
    {
        if (context.Version < SeveralGroups)
        {
            Groups.Fetch(AsGroup(request), request.RequireStable, answer => context.Reply(AsSingle(answer, request, context.Version)));
            return;
        }

        var topics = current.Image.Topics;
        var answers = new Gathered<OffsetFetchResponse.OffsetFetchResponseGroup>(
            request.Groups.Count,
            parts => context.Reply(new OffsetFetchResponse { Groups = [.. parts] }));
        for (var i = 0; i < request.Groups.Count; i++)
        {
            var at = i;
            if (context.Version >= ById)
                FetchById(request.Groups[i], request.RequireStable, topics, answer => answers.Put(at, answer));
            else
                Groups.Fetch(request.Groups[i], request.RequireStable, answer => answers.Put(at, answer));
        }
    }

    private void FetchById(
        OffsetFetchRequest.OffsetFetchRequestGroup group,
        bool requireStable,
        TopicsImage topics,
        Action<OffsetFetchResponse.OffsetFetchResponseGroup> reply)
    {
        List<OffsetFetchResponse.OffsetFetchResponseTopics> unknown = [];
        if (group.Topics is not null)
        {
            foreach (var topic in group.Topics)
                topic.Name = topics.Find(topic.TopicId)?.Name ?? "";

            unknown = [.. group.Topics.Where(topic => topic.Name.Length == 0).Select(Unknown)];
            group.Topics.RemoveAll(topic => topic.Name.Length == 0);
        }

        Groups.Fetch(group, requireStable, answer =>
        {
            // All topics were asked for: they come by name, and those that are gone have no id to be told by.
            foreach (var topic in answer.Topics)
                topic.TopicId = topic.TopicId != Guid.Empty ? topic.TopicId : topics.Find(topic.Name)?.Id ?? Guid.Empty;

            answer.Topics.RemoveAll(topic => topic.TopicId == Guid.Empty);
            if (answer.ErrorCode == ErrorCode.None)
                answer.Topics.AddRange(unknown);

            reply(answer);
        });
    }

    private static OffsetFetchResponse.OffsetFetchResponseTopics Unknown(OffsetFetchRequest.OffsetFetchRequestTopics topic) => new()
    {
        TopicId = topic.TopicId,
        Partitions = [.. topic.PartitionIndexes.Select(partition => OffsetFetches.Without(partition, ErrorCode.UnknownTopicId))],
    };

    private static OffsetFetchRequest.OffsetFetchRequestGroup AsGroup(OffsetFetchRequest request) => new()
    {
        GroupId = request.GroupId,
        Topics = request.Topics?.ConvertAll(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
        {
            Name = topic.Name,
            PartitionIndexes = topic.PartitionIndexes,
        }),
    };

    private static OffsetFetchResponse AsSingle(OffsetFetchResponse.OffsetFetchResponseGroup answer, OffsetFetchRequest request, short version)
    {
        if (answer.ErrorCode != ErrorCode.None && version < GroupError)
            answer.Topics = [.. (AsGroup(request).Topics ?? []).Select(topic => Failed(topic, answer.ErrorCode))];

        return new OffsetFetchResponse
        {
            ErrorCode = version < GroupError ? ErrorCode.None : answer.ErrorCode,
            Topics = answer.Topics.ConvertAll(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(AsSingle),
            }),
        };
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition AsSingle(OffsetFetchResponse.OffsetFetchResponsePartitions partition) => new()
    {
        PartitionIndex = partition.PartitionIndex,
        CommittedOffset = partition.CommittedOffset,
        CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
        Metadata = partition.Metadata,
        ErrorCode = partition.ErrorCode,
    };

    private static OffsetFetchResponse.OffsetFetchResponseTopics Failed(OffsetFetchRequest.OffsetFetchRequestTopics topic, ErrorCode error) => new()
    {
        Name = topic.Name,
        Partitions = [.. topic.PartitionIndexes.Select(partition => OffsetFetches.Without(partition, error))],
    };
}
