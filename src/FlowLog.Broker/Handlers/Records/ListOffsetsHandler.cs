using FlowLog.Broker.Log;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.ListOffsetsResponse.ListOffsetsPartitionResponse;
using Asked = FlowLog.Protocol.Messages.ListOffsetsRequest.ListOffsetsPartition;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Finds offsets: the first, the last, that of a time, that of the largest timestamp.</summary>
internal sealed class ListOffsetsHandler(Partitions partitions) : ApiHandler<ListOffsetsRequest>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;
    private const sbyte ReadCommitted = 1;
    private const int Consumer = -1;
    private const short FirstWithEpochs = 4;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ListOffsetsRequest request)
    {
        if (request.IsolationLevel is not (0 or ReadCommitted))
        {
            context.Reply(Refuse(request));
            return;
        }

        var response = new ListOffsetsResponse();
        foreach (var topic in request.Topics.Where(topic => topic.Partitions.Count > 0).GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            var answers = new ListOffsetsResponse.ListOffsetsTopicResponse { Name = topic.Key };
            response.Topics.Add(answers);
            foreach (var same in topic.SelectMany(part => part.Partitions).GroupBy(asked => asked.PartitionIndex))
            {
                // Of a partition that comes twice nobody knows which was meant.
                var answer = new Answer { PartitionIndex = same.Key };
                answers.Partitions.Add(answer);
                answer.ErrorCode = same.Count() > 1 ? ErrorCode.InvalidRequest : Find(context.Version, request, topic.Key, same.First(), answer);
            }
        }

        context.Reply(response);
    }

    /// <summary>An isolation level that nobody knows, which is nothing that the protocol has a code for.</summary>
    private static ListOffsetsResponse Refuse(ListOffsetsRequest request) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(asked => new Answer { PartitionIndex = asked.PartitionIndex, ErrorCode = ErrorCode.UnknownServerError }),
        }),
    };

    private ErrorCode Find(short version, ListOffsetsRequest request, string topic, Asked asked, Answer answer)
    {
        if (!IsKnown(asked.Timestamp, version))
            return ErrorCode.UnsupportedVersion;
        if (partitions.Find(topic)?[asked.PartitionIndex] is not { } leader)
            return ErrorCode.UnknownTopicOrPartition;
        var refusal = leader.Ended != ErrorCode.None ? leader.Ended : FetchReading.CheckEpoch(asked.CurrentLeaderEpoch, leader.LeaderEpoch);
        if (refusal != ErrorCode.None)
            return refusal;
        var found = Look(leader, asked.Timestamp, request.IsolationLevel == ReadCommitted && request.ReplicaId == Consumer ? leader.LastStableOffset : leader.HighWatermark);
        (answer.Offset, answer.Timestamp) = (found.Offset, found.Timestamp);
        if (version >= FirstWithEpochs)
            answer.LeaderEpoch = found.LeaderEpoch;
        return ErrorCode.None;
    }

    /// <summary>The epoch of a record; of a log that is still empty the leadership's.</summary>
    private static int EpochOf(PartitionLeader leader, long offset) => leader.Log.EpochOf(offset) is var epoch and >= 0 ? epoch : leader.LeaderEpoch;

    private static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        >= Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    private static OffsetLookup Look(PartitionLeader leader, long timestamp, long bound)
    {
        var log = leader.Log;
        return timestamp switch
        {
            Latest => new OffsetLookup(bound, -1, leader.LeaderEpoch),
            Earliest or EarliestLocal => new OffsetLookup(log.LogStartOffset, -1, EpochOf(leader, log.LogStartOffset)),
            MaxTimestamp => log.FindMaxTimestamp(bound),
            LatestTiered or EarliestPendingUpload => OffsetLookup.None,
            _ => log.FindTimestamp(timestamp, bound),
        };
    }
}
