using FlowLog.Broker.Log;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Asked = FlowLog.Protocol.Messages.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Tells where the records of a leader epoch end, by which a reader finds out whether what it read is still what is there.</summary>
internal sealed class OffsetForLeaderEpochHandler(Partitions partitions) : ApiHandler<OffsetForLeaderEpochRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, OffsetForLeaderEpochRequest request)
    {
        var response = new OffsetForLeaderEpochResponse();
        foreach (var topic in request.Topics)
        {
            response.Topics.Add(new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic,
                Partitions = [.. topic.Partitions.Select(asked => Find(topic.Topic, asked))],
            });
        }

        context.Reply(response);
    }

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(string topic, Asked asked)
    {
        var leader = partitions.Find(topic)?[asked.Partition];
        var error = leader is null ? ErrorCode.UnknownTopicOrPartition
            : leader.Ended != ErrorCode.None ? leader.Ended
            : FetchReading.CheckEpoch(asked.CurrentLeaderEpoch, leader.LeaderEpoch);
        var end = error == ErrorCode.None ? leader!.EndOf(asked.LeaderEpoch) : EpochEnd.Unknown;
        return new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition, ErrorCode = error, LeaderEpoch = end.Epoch, EndOffset = end.EndOffset };
    }
}
