using FlowLog.Broker.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.WriteTxnMarkersResponse;
using Marker = FlowLog.Protocol.Messages.WriteTxnMarkersRequest.WritableTxnMarker;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>WriteTxnMarkers: what coordinators send to other brokers, and administrators to end a transaction that hangs.</summary>
internal sealed class WriteTxnMarkersHandler(IMarkerTarget markers) : ApiHandler<WriteTxnMarkersRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, WriteTxnMarkersRequest request)
    {
        var response = new Answer();
        var writes = request.Markers.SelectMany(marker => Prepare(marker, response)).ToList();
        var written = new Gathered<Answer.WritableTxnMarkerPartitionResult>(writes.Count, _ => context.Reply(response));
        for (var i = 0; i < writes.Count; i++)
            Write(writes[i], i, written);
    }

    private void Write(PendingMarker write, int at, Gathered<Answer.WritableTxnMarkerPartitionResult> written)
    {
        if (write.IsNonsense)
            Written(ErrorCode.UnknownServerError);
        else
            markers.Write(write.Partition, write.End, Written);

        void Written(ErrorCode error)
        {
            write.Answer.ErrorCode = error;
            written.Put(at, write.Answer);
        }
    }

    private static IEnumerable<PendingMarker> Prepare(Marker marker, Answer response)
    {
        var end = new TransactionEnd(new ProducerIdAndEpoch(marker.ProducerId, marker.ProducerEpoch), marker.TransactionResult, marker.CoordinatorEpoch)
        {
            BumpsEpoch = marker.TransactionVersion >= Transaction.EpochBumpingProtocol,
        };
        var isNonsense = marker.ProducerId < 0 || marker.ProducerEpoch < 0 || marker.TransactionVersion < 0;
        var result = new Answer.WritableTxnMarkerResult { ProducerId = marker.ProducerId };
        if (marker.Topics.Exists(topic => topic.PartitionIndexes.Count > 0))
            response.Markers.Add(result);
        foreach (var topic in marker.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            List<Answer.WritableTxnMarkerPartitionResult> answers =
                [.. topic.SelectMany(part => part.PartitionIndexes).Distinct().Select(index => new Answer.WritableTxnMarkerPartitionResult { PartitionIndex = index })];
            result.Topics.Add(new Answer.WritableTxnMarkerTopicResult { Name = topic.Key, Partitions = answers });
            foreach (var answer in answers)
                yield return new PendingMarker(new TopicPartition(topic.Key, answer.PartitionIndex), end, isNonsense, answer);
        }
    }

    // No such producer or protocol can exist: Kafka fails over nonsense in a way that it cannot name.
    private sealed record PendingMarker(TopicPartition Partition, TransactionEnd End, bool IsNonsense, Answer.WritableTxnMarkerPartitionResult Answer);
}
