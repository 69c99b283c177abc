using System.Globalization;
using System.Text;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Tests.Log;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>
/// A partition with a real log of small segments, and what its readers must see: worked out from nothing but the batches, and held against the last stable
/// offset and the index of aborted transactions.
/// </summary>
internal sealed class ModelPartition
{
    private readonly LogBench _bench = new(options: LogOptions.Default with { SegmentBytes = 700 });

    private long _checkedEnd = -1;

    public ModelPartition(int number)
    {
        Name = new TopicPartition("t", number);
        _bench.Log.RequiresVerification = true;
    }

    public TopicPartition Name { get; }

    public PartitionLog Log => _bench.Log;

    public AppendOutcome Append(byte[] batch, VerificationGuard? guard)
    {
        var outcome = Log.Append(batch, 0, AppendOrigin.Client, LogBench.Now, guard);
        Log.RaiseHighWatermark(Log.LogEndOffset);
        return outcome;
    }

    public ErrorCode Write(TransactionEnd end)
    {
        var marker = new EndTransactionMarker(end.Committed, end.CoordinatorEpoch).ToBatch(end.Producer.Id, end.Producer.Epoch, LogBench.Now, 0);
        var error = Log.Append(marker, 0, AppendOrigin.Coordinator, LogBench.Now, markersBumpEpoch: end.BumpsEpoch).Error;
        Log.RaiseHighWatermark(Log.LogEndOffset);
        return error;
    }

    /// <summary>The process dies and the next one opens the folder: with what its last segments say, or all of it read again.</summary>
    public void Restart(bool readsEverything)
    {
        _bench.Reopen(recoveryPoint: readsEverything ? 0 : Math.Max(0, Log.LogEndOffset - 3));
        Log.RaiseHighWatermark(Log.LogEndOffset);
        Log.RequiresVerification = true;
        _checkedEnd = -1;
    }

    /// <summary>Every batch of data with what its marker says of it; null while there is none.</summary>
    public List<(ModelBatch Batch, long Offset, bool? Committed)> Scan()
    {
        var found = new List<(ModelBatch Batch, long Offset, bool? Committed)>();
        foreach (var bytes in Batches(0))
        {
            BatchHeader.TryRead(bytes, out var header);
            if (!EndTransactionMarker.TryRead(header, bytes, out var marker))
            {
                found.Add((BatchOf(header, bytes), header.BaseOffset, null));
                continue;
            }

            for (var i = 0; i < found.Count; i++)
            {
                if (found[i].Batch.Producer.Id == header.ProducerId && found[i].Committed is null)
                    found[i] = found[i] with { Committed = marker.Committed };
            }
        }

        return found;
    }

    /// <summary>The last stable offset, and what readers of any part of the log are told to leave out, are what the markers say.</summary>
    public void Check()
    {
        if (_checkedEnd == Log.LogEndOffset)
            return;

        _checkedEnd = Log.LogEndOffset;
        var scanned = Scan();
        var open = scanned.FindIndex(batch => batch.Committed is null);
        Assert.Equal(open < 0 ? Log.LogEndOffset : scanned[open].Offset, Log.LastStableOffset);

        var committed = scanned.Where(batch => batch.Committed == true).ToDictionary(batch => batch.Offset, batch => batch.Batch.Number);
        foreach (var from in scanned.Where((_, place) => place % Math.Max(1, scanned.Count / 4) == 0).Select(batch => batch.Offset).Append(0).Distinct())
        {
            var read = ReadCommitted(from, Log.LastStableOffset);
            Assert.Equal(committed.Where(record => record.Key >= from && record.Key < Log.LastStableOffset).OrderBy(record => record.Key).Select(record => record.Value), read);
            var half = from + ((Log.LastStableOffset - from) / 2);
            if (half > from)
                Assert.Equal(committed.Where(record => record.Key >= from && record.Key < half).OrderBy(record => record.Key).Select(record => record.Value), ReadCommitted(from, half));
        }
    }

    /// <summary>What a read_committed consumer keeps of an answer, with the aborted transactions that come with it.</summary>
    private List<int> ReadCommitted(long from, long to)
    {
        var aborted = new Queue<AbortedTransaction>(Log.AbortedTransactions(from, to).OrderBy(transaction => transaction.FirstOffset));
        var hidden = new HashSet<long>();
        var kept = new List<int>();
        foreach (var bytes in Batches(from))
        {
            BatchHeader.TryRead(bytes, out var header);
            if (header.BaseOffset >= to)
                break;

            while (aborted.TryPeek(out var next) && next.FirstOffset <= header.LastOffset)
                hidden.Add(aborted.Dequeue().ProducerId);
            if (EndTransactionMarker.TryRead(header, bytes, out var marker))
            {
                if (!marker.Committed)
                    hidden.Remove(header.ProducerId);
            }
            else if (!hidden.Contains(header.ProducerId))
            {
                kept.Add(BatchOf(header, bytes).Number);
            }
        }

        return kept;
    }

    private List<byte[]> Batches(long from)
    {
        var batches = new List<byte[]>();
        while (Log.Read(from, 1 << 20, long.MaxValue, atLeastOneBatch: true).Region is { } region)
        {
            var bytes = new byte[region.Length];
            region.CopyTo(bytes);
            var reader = new BatchReader(bytes);
            while (reader.MoveNext())
            {
                batches.Add(reader.Batch.ToArray());
                from = reader.Header.LastOffset + 1;
            }
        }

        return batches;
    }

    private ModelBatch BatchOf(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        using var content = new BatchContent();
        content.Open(header, batch, 1 << 20, out var records);
        records.MoveNext();
        var number = int.Parse(Encoding.UTF8.GetString(records.Current.Value.Span), CultureInfo.InvariantCulture);
        return new ModelBatch(Name.Partition, new ProducerIdAndEpoch(header.ProducerId, header.ProducerEpoch), header.BaseSequence, number);
    }
}
