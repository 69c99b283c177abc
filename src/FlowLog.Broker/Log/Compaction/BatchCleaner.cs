using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// Decides what stays of a batch, and makes the batch that holds it. Offsets, sequence numbers, timestamps and headers of what stays do
/// not change; a batch of which everything stays is not touched.
/// </summary>
internal sealed class BatchCleaner(
    OffsetMap map, IReadOnlyDictionary<long, ProducerTail> producers, CleanedTransactions transactions, LogOptions options, long now) : IDisposable
{
    private readonly BatchContent _content = new();
    private readonly RecordBatchBuilder _builder = new();
    private readonly List<bool> _stays = [];
    private bool _hasTombstone;

    /// <summary>The aborted transactions of which a marker was met, to be hidden further on.</summary>
    public List<Segments.AbortedTransaction> StillAborted { get; } = [];

    /// <summary>What is left of a batch, valid until the next call: the batch itself when nothing went, no bytes when all of it may go.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="batch">The whole batch.</param>
    /// <param name="keepsPlace">Whether the batch stays in any case, empty if need be.</param>
    /// <exception cref="UncleanableException">The batch is damaged.</exception>
    public ReadOnlySpan<byte> Clean(in BatchHeader header, ReadOnlySpan<byte> batch, bool keepsPlace)
    {
        var mustStay = keepsPlace || IsLastOfProducer(header);
        if (header.IsControl)
            return CleanControl(header, batch, mustStay);

        var isAborted = transactions.MeetData(header);
        if (header.RecordCount == 0)
            return mustStay ? batch : [];

        var records = isAborted ? default : Open(header, batch);
        var kept = isAborted ? 0 : Choose(header, records);
        if (kept == 0)
            return mustStay ? Empty(header) : [];

        var horizon = _hasTombstone && !header.HasDeleteHorizon ? now + options.DeleteRetentionMs : (long?)null;
        return kept == header.RecordCount && horizon is null ? batch : Rewrite(header, records, kept, horizon);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _content.Dispose();
        _builder.Dispose();
    }

    private bool IsLastOfProducer(in BatchHeader header)
    {
        if (!header.HasProducerId || !producers.TryGetValue(header.ProducerId, out var last))
            return false;

        return last.LastOffset >= 0
            ? !header.IsControl && header.LastOffset == last.LastOffset
            : header.IsControl && header.ProducerEpoch == last.Epoch;
    }

    private ReadOnlySpan<byte> CleanControl(in BatchHeader header, ReadOnlySpan<byte> batch, bool mustStay)
    {
        if (header.RecordCount == 0)
            return mustStay ? batch : [];

        if (!EndTransactionMarker.TryRead(header, batch, out var marker))
            return batch;

        var isSpent = transactions.MeetMarker(header, marker.Committed, out var needed);
        if (needed is { } aborted)
            StillAborted.Add(aborted);

        if (!isSpent)
            return batch;

        if (!header.HasDeleteHorizon)
        {
            var records = Open(header, batch);
            return Rewrite(header, records, Choose(header, records), now + options.DeleteRetentionMs);
        }

        return !mustStay && header.BaseTimestamp <= now ? [] : batch;
    }

    /// <summary>Notes which records stay, and returns how many.</summary>
    private int Choose(in BatchHeader header, RecordReader records)
    {
        _hasTombstone = false;
        _stays.Clear();
        var kept = 0;
        while (records.MoveNext())
        {
            var record = records.Current;
            var stays = header.IsControl || Stays(header, record);
            _stays.Add(stays);
            if (!stays)
                continue;

            kept++;
            _hasTombstone |= record.Value.IsNull;
        }

        return records.Failed ? throw Damaged(header) : kept;
    }

    private bool Stays(in BatchHeader header, in RecordView record)
    {
        // Of a topic that was not compacted before. No later record can replace it, and none is replaced by it.
        if (record.Key.IsNull)
            return false;

        var isOver = record.Value.IsNull && header.HasDeleteHorizon && header.BaseTimestamp <= now;
        return !isOver && record.Offset >= map.Find(record.Key.Span);
    }

    private RecordReader Open(in BatchHeader header, ReadOnlySpan<byte> batch) =>
        _content.Open(header, batch, options.MaxDecompressedBytes, out var records) == DecompressionProblem.None ? records : throw Damaged(header);

    private static UncleanableException Damaged(in BatchHeader header) => new($"The batch at offset {header.BaseOffset} cannot be read.");

    private ReadOnlySpan<byte> Rewrite(in BatchHeader header, RecordReader records, int kept, long? horizon)
    {
        _builder.Start(SettingsOf(header) with
        {
            Codec = header.Codec,
            DeleteHorizon = horizon ?? (header.HasDeleteHorizon ? header.BaseTimestamp : null),
        });
        for (var index = 0; _builder.Count < kept && records.MoveNext(); index++)
        {
            if (!_stays[index])
                continue;

            var record = records.Current;
            _builder.AppendAt(records.OffsetDelta, record.Timestamp, record.Key, record.Value, record.HeaderSection);
        }

        return _builder.Finish(header.LastOffsetDelta).Span;
    }

    private ReadOnlySpan<byte> Empty(in BatchHeader header)
    {
        _builder.Start(SettingsOf(header));
        var empty = _builder.Finish(header.LastOffsetDelta).Span;

        // When the producer was last heard of is known by it.
        RecordBatch.PatchMaxTimestamp(empty, header.IsLogAppendTime, header.MaxTimestamp);
        return empty;
    }

    private static BatchSettings SettingsOf(in BatchHeader header) => new()
    {
        BaseOffset = header.BaseOffset,
        LeaderEpoch = header.LeaderEpoch,
        ProducerId = header.ProducerId,
        ProducerEpoch = header.ProducerEpoch,
        BaseSequence = header.BaseSequence,
        IsTransactional = header.IsTransactional,
        IsControl = header.IsControl,
        LogAppendTime = header.IsLogAppendTime ? header.MaxTimestamp : null,
    };
}
