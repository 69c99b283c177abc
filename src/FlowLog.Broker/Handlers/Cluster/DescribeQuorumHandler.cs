using FlowLog.Broker.Consensus;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using PartitionData = FlowLog.Protocol.Messages.DescribeQuorumResponse.PartitionData;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells who leads the metadata, who votes, and how far each has come.</summary>
internal sealed class DescribeQuorumHandler(QuorumLog quorum, int nodeId, CurrentImage current, TimeProvider clock) : ApiHandler<DescribeQuorumRequest>
{
    private const short FirstWithNodes = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeQuorumRequest request)
    {
        var response = new DescribeQuorumResponse { ErrorMessage = "" };

        // There is one log to be asked for; whoever asks for more is told of none.
        var isKnown = request.Topics is [{ TopicName: TopicNames.ClusterMetadata, Partitions: [{ PartitionIndex: 0 }] }];
        foreach (var topic in request.Topics)
        {
            response.Topics.Add(new DescribeQuorumResponse.TopicData
            {
                TopicName = topic.TopicName,
                Partitions = [.. topic.Partitions.Select(asked => Describe(isKnown, asked.PartitionIndex))],
            });
        }

        if (context.Version >= FirstWithNodes && isKnown)
            response.Nodes.Add(Node());
        context.Reply(response);
    }

    private PartitionData Describe(bool isKnown, int partition)
    {
        if (!isKnown)
        {
            var error = ErrorCode.UnknownTopicOrPartition;
            return new PartitionData { PartitionIndex = partition, ErrorCode = error, ErrorMessage = ErrorCodes.Describe(error).Sentence };
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new PartitionData
        {
            PartitionIndex = 0,
            ErrorMessage = "",
            LeaderId = nodeId,
            LeaderEpoch = quorum.Epoch,
            HighWatermark = quorum.HighWatermark,
            CurrentVoters =
            [
                new DescribeQuorumResponse.ReplicaState { ReplicaId = nodeId, LogEndOffset = quorum.EndOffset, LastFetchTimestamp = now, LastCaughtUpTimestamp = now },
            ],
        };
    }

    private DescribeQuorumResponse.Node Node() => new()
    {
        NodeId = nodeId,
        Listeners = current.Image.Brokers.TryGetValue(nodeId, out var self)
            ? [.. self.Endpoints.Select(point => new DescribeQuorumResponse.Listener { Name = point.Listener, Host = point.Host, Port = (ushort)point.Port })]
            : [],
    };
}
