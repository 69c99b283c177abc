using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>OffsetCommit: what topics and partitions there are is known here, everything else to the group. One bad partition does not stop the others.</summary>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, CurrentImage current) : GroupApiHandler<OffsetCommitRequest>(groups)
{
    /// <summary>The first version that names topics by id only.</summary>
    private const short ById = 10;

    protected override void Handle(RequestContext context, OffsetCommitRequest request)
    {
        var topics = current.Image.Topics;
        var refused = new OrderedDictionary<(string Name, Guid Id), OffsetCommitResponse.OffsetCommitResponseTopic>();
        var taken = new List<OffsetCommitRequest.OffsetCommitRequestTopic>();
        foreach (var topic in request.Topics)
            OffsetCommitTopics.Split(topic, context.Version >= ById, topics, taken, refused);

        if (taken.Count == 0)
        {
            context.Reply(new OffsetCommitResponse { Topics = [.. refused.Values] });
            return;
        }

        request.Topics = taken;
        Groups.Commit(request, context.Version, response =>
        {
            OffsetCommitTopics.Merge(refused, response);
            context.Reply(response);
        });
    }
}
