using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.WriteTxnMarkersResponse;
using Marker = FlowLog.Protocol.Messages.WriteTxnMarkersRequest.WritableTxnMarker;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>WriteTxnMarkers: what coordinators send to other brokers, and administrators to end a transaction that hangs.</summary>
internal sealed class WriteTxnMarkersHandler(IMarkerTarget markers, CurrentImage current) : ApiHandler<WriteTxnMarkersRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, WriteTxnMarkersRequest request)
    {
        var writes = request.Markers.ConvertAll(Prepare);
        var nonsense = writes.FindIndex(marker => marker.Exists(write => write.Fate == MarkerFate.FailsAll));
        var written = new Gathered<PendingMarker>(writes.Sum(marker => marker.Count), all => context.Reply(nonsense < 0 ? Answered(all) : Failed(writes)));

        // What comes before the nonsense is written all the same.
        foreach (var (at, write) in writes.SelectMany((marker, index) => marker.Select(write => nonsense < 0 || index < nonsense ? write : write with { Fate = MarkerFate.Fails })).Index())
            Write(write, at, written);
    }

    private void Write(PendingMarker write, int at, Gathered<PendingMarker> written)
    {
        if (write.Fate == MarkerFate.IsWritten)
            markers.Write(write.Partition, write.End, Written);
        else
            Written(write.Fate == MarkerFate.IsTooOld ? ErrorCode.InvalidProducerEpoch : ErrorCode.UnknownServerError);

        void Written(ErrorCode error)
        {
            write.Error = error;
            written.Put(at, write);
        }
    }

    private List<PendingMarker> Prepare(Marker marker)
    {
        var end = new TransactionEnd(new ProducerIdAndEpoch(marker.ProducerId, marker.ProducerEpoch), marker.TransactionResult, marker.CoordinatorEpoch)
        {
            BumpsEpoch = marker.TransactionVersion >= Transaction.EpochBumpingProtocol,
        };
        return
        [
            .. marker.Topics.SelectMany(topic => topic.PartitionIndexes.Select(index => new TopicPartition(topic.Name, index))).Distinct()
                .Select(partition => new PendingMarker(partition, end, FateOf(marker, partition))),
        ];
    }

    // That there is no such partition is found out first. Groups answer for their own partitions; over all others Kafka fails in a way that it cannot name.
    private MarkerFate FateOf(Marker marker, TopicPartition partition)
    {
        if (current.Image.Topics.Find(partition.Topic)?.Partition(partition.Partition) is null)
            return MarkerFate.IsWritten;

        if (marker.ProducerId == Transaction.NoProducer || marker.ProducerEpoch == Transaction.NoEpoch)
            return partition.Topic == CoordinatorKeys.OffsetsTopic ? MarkerFate.Fails : MarkerFate.FailsAll;

        if (marker.TransactionVersion < 0)
            return MarkerFate.Fails;

        return marker is { ProducerId: >= 0, ProducerEpoch: < 0 } ? MarkerFate.IsTooOld : MarkerFate.IsWritten;
    }

    // However many markers of a request name a producer, there is one answer for it. A partition's is that of its last marker.
    private static Answer Answered(IEnumerable<PendingMarker> all) => new() { Markers = [.. all.GroupBy(write => write.End.Producer.Id).Select(OfProducer)] };

    // Of several markers of a producer the last one counts.
    private static Answer Failed(List<List<PendingMarker>> writes)
    {
        var last = writes.Where(marker => marker.Count > 0).GroupBy(marker => marker[0].End.Producer.Id).SelectMany(producer => producer.Last()).ToList();
        foreach (var write in last)
            write.Error = ErrorCode.UnknownServerError;
        return Answered(last);
    }

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

    /// <summary>What becomes of a marker in one partition.</summary>
    private enum MarkerFate
    {
        IsWritten,

        /// <summary>Its epoch lies before that of a producer of which nothing is known.</summary>
        IsTooOld,

        /// <summary>No such producer or protocol can exist.</summary>
        Fails,

        /// <summary>The same, and nothing else of the request is answered otherwise.</summary>
        FailsAll,
    }

    private sealed record PendingMarker(TopicPartition Partition, TransactionEnd End, MarkerFate Fate)
    {
        public ErrorCode Error { get; set; }
    }
}
