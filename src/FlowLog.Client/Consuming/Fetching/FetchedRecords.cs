using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>
/// Splits the records of a fetch answer into batches, checks them, and leaves out what a reader must not see: control batches
/// always, and aborted transactions when only committed records are wanted.
/// </summary>
internal static class FetchedRecords
{
    /// <summary>Appends what there is from <paramref name="fromOffset"/> on to <paramref name="into"/>.</summary>
    /// <returns>What is wrong with the bytes, or null; what came before the problem is good.</returns>
    public static FlowLogException? Read(
        TopicPartition partition, FetchResponse.PartitionData data, long fromOffset, SharedBuffer owner, bool checkCrcs, List<FetchedBatch> into)
    {
        var records = data.Records.Memory;
        var aborted = Aborted(data);
        HashSet<long>? aborting = null;
        var reader = new BatchReader(records.Span);
        while (reader.MoveNext())
        {
            var header = reader.Header;
            if (checkCrcs && !RecordBatch.HasValidCrc(reader.Batch))
                return Corrupt(partition, $"The batch at offset {header.BaseOffset} fails its checksum");

            // A batch that ends before the position is shown when the position is inside a hole left by compaction.
            if (header.LastOffset < fromOffset)
                continue;

            Advance(aborted, header.LastOffset, ref aborting);
            if (header.IsControl)
            {
                if (aborting is not null && EndTransactionMarker.TryRead(header, reader.Batch, out var marker) && !marker.Committed)
                    aborting.Remove(header.ProducerId);
                into.Add(new FetchedBatch(header.LastOffset + 1, header.LeaderEpoch));
            }
            else if (header.RecordCount == 0 || (header.IsTransactional && aborting is not null && aborting.Contains(header.ProducerId)))
                into.Add(new FetchedBatch(header.LastOffset + 1, header.LeaderEpoch));
            else
                into.Add(new FetchedBatch(header, records.Slice(reader.Position, reader.Batch.Length), owner));
        }

        if (reader.Failed)
            return Corrupt(partition, $"What follows offset {(into.Count > 0 ? into[^1].NextOffset : fromOffset)} is no batch of format 2");

        return into.Count == 0 && reader.NextPosition == 0 && records.Length > 0
            ? Failures.Of(ErrorCode.MessageTooLarge, $"The batch at offset {fromOffset} of {partition} is larger than the {records.Length} bytes that the broker sends of it")
            : null;
    }

    private static FlowLogException Corrupt(TopicPartition partition, string what) =>
        new(ErrorCode.CorruptMessage, $"{what} ({partition}); seek past it to go on", isRetriable: false);

    private static Queue<FetchResponse.AbortedTransaction>? Aborted(FetchResponse.PartitionData data) =>
        data.AbortedTransactions is { Count: > 0 } list ? new(list.OrderBy(transaction => transaction.FirstOffset)) : null;

    private static void Advance(Queue<FetchResponse.AbortedTransaction>? aborted, long upTo, ref HashSet<long>? aborting)
    {
        while (aborted is not null && aborted.TryPeek(out var next) && next.FirstOffset <= upTo)
            (aborting ??= []).Add(aborted.Dequeue().ProducerId);
    }
}
