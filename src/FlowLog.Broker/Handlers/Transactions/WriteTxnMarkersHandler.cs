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
        var writes = request.Markers.SelectMany(Prepare).ToList();
        var written = new Gathered<PendingMarker>(writes.Count, all => context.Reply(new Answer { Markers = [.. all.GroupBy(write => write.End.Producer.Id).Select(OfProducer)] }));
        for (var i = 0; i < writes.Count; i++)
            Write(writes[i], i, written);
    }

    private void Write(PendingMarker write, int at, Gathered<PendingMarker> written)
    {
        if (write.IsNonsense)
            Written(ErrorCode.UnknownServerError);
        else
            markers.Write(write.Partition, write.End, Written);

        void Written(ErrorCode error)
        {
            write.Error = error;
            written.Put(at, write);
        }
    }

    private static IEnumerable<PendingMarker> Prepare(Marker marker)
    {
        var end = new TransactionEnd(new ProducerIdAndEpoch(marker.ProducerId, marker.ProducerEpoch), marker.TransactionResult, marker.CoordinatorEpoch)
        {
            BumpsEpoch = marker.TransactionVersion >= Transaction.EpochBumpingProtocol,
        };
        var isNonsense = marker.ProducerId < 0 || marker.ProducerEpoch < 0 || marker.TransactionVersion < 0;
        return marker.Topics.SelectMany(topic => topic.PartitionIndexes.Select(index => new TopicPartition(topic.Name, index))).Distinct()
            .Select(partition => new PendingMarker(partition, end, isNonsense));
    }

    // However many markers of a request name a producer, there is one answer for it. A partition's is that of its last marker.
    private static Answer.WritableTxnMarkerResult OfProducer(IGrouping<long, PendingMarker> producer) => new()
    {
        ProducerId = producer.Key,
        Topics = [.. producer.GroupBy(write => write.Partition.Topic, StringComparer.Ordinal).Select(topic => new Answer.WritableTxnMarkerTopicResult
        {
            Name = topic.Key,
            Partitions = [.. topic.GroupBy(write => write.Partition.Partition).Select(partition => new Answer.WritableTxnMarkerPartitionResult
            {
                PartitionIndex = partition.Key,
                ErrorCode = partition.Last().Error,
            })],
        })],
    };

    // No such producer or protocol can exist: Kafka fails over nonsense in a way that it cannot name.
    private sealed record PendingMarker(TopicPartition Partition, TransactionEnd End, bool IsNonsense)
    {
        public ErrorCode Error { get; set; }
    }
}
