using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>OffsetDelete: partitions that do not exist are answered here, the others by the group.</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, CurrentImage current) : GroupApiHandler<OffsetDeleteRequest>(groups)
{
    protected override void Handle(RequestContext context, OffsetDeleteRequest request)
    {
        var topics = current.Image.Topics;
        var unknown = new List<OffsetDeleteResponse.OffsetDeleteResponseTopic>();
        foreach (var topic in request.Topics)
        {
            var found = topics.Find(topic.Name);
            var missing = topic.Partitions.FindAll(IsMissing);
            if (missing.Count == 0)
                continue;

            topic.Partitions.RemoveAll(IsMissing);
            unknown.Add(Unknown(topic.Name, missing));

            bool IsMissing(OffsetDeleteRequest.OffsetDeleteRequestPartition partition) => found?.Partition(partition.PartitionIndex) is null;
        }

        request.Topics.RemoveAll(topic => topic.Partitions.Count == 0);
        Groups.DeleteOffsets(request, response =>
        {
            if (response.ErrorCode == ErrorCode.None)
                Merge(unknown, response);

            context.Reply(response);
        });
    }

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Unknown(
        string name,
        List<OffsetDeleteRequest.OffsetDeleteRequestPartition> partitions) => new()
        {
            Name = name,
            Partitions =
            [
                .. partitions.Select(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = ErrorCode.UnknownTopicOrPartition,
                }),
            ],
        };

    private static void Merge(List<OffsetDeleteResponse.OffsetDeleteResponseTopic> unknown, OffsetDeleteResponse response)
    {
        var answered = response.Topics.DistinctBy(topic => topic.Name).ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        foreach (var topic in unknown)
        {
            if (answered.TryAdd(topic.Name, topic))
                response.Topics.Add(topic);
            else
                answered[topic.Name].Partitions.AddRange(topic.Partitions);
        }
    }
}
