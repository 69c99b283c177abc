using System.Buffers;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Coordination;

/// <summary>A partition in memory that commits when it is told to: at once by default.</summary>
internal sealed class MemoryLog : ICommittedLog
{
    private readonly List<byte[]> _batches = [];
    private readonly ProducerStates _producers = new();
    private readonly List<(long Offset, Action<ErrorCode> Done)> _waiting = [];

    public int LeaderEpoch { get; init; }

    public int MaxBatchBytes { get; init; } = 1_048_588;

    public long StartOffset => 0;

    public long EndOffset { get; private set; }

    public long HighWatermark { get; private set; }

    /// <summary>Commits whatever is appended as it is appended.</summary>
    public bool CommitsAtOnce { get; set; } = true;

    /// <summary>When set, appends are refused with it.</summary>
    public ErrorCode Refusal { get; set; }

    public int Appends { get; private set; }

    public int Reads { get; private set; }

    public VerificationGuard? BeginVerification(ProducerIdAndEpoch producer, bool isNewProtocol) =>
        _producers.BeginVerification(producer.Id, producer.Epoch, 0, isNewProtocol);

    public CommittedAppend Append(Memory<byte> batches, long unixMs, VerificationGuard? guard = null, bool markersBumpEpoch = false)
    {
        if (Refusal != ErrorCode.None)
            return new CommittedAppend(Refusal, -1);

        if (Check(batches.Span, guard, markersBumpEpoch) is var error and not ErrorCode.None)
            return new CommittedAppend(error, -1);

        Appends++;
        var rest = batches;
        while (BatchHeader.TryRead(rest.Span, out var header))
        {
            var batch = rest[..(int)header.TotalSize].ToArray();
            RecordBatch.PatchBaseOffset(batch, EndOffset);
            _batches.Add(batch);
            Follow(batch);
            EndOffset += header.LastOffsetDelta + 1;
            rest = rest[batch.Length..];
        }

        Assert.True(rest.IsEmpty);
        if (CommitsAtOnce)
            HighWatermark = EndOffset;

        return new CommittedAppend(ErrorCode.None, EndOffset - 1);
    }

    public void WhenCommitted(long offset, Action<ErrorCode> done)
    {
        if (offset < HighWatermark)
            done(ErrorCode.None);
        else
            _waiting.Add((offset, done));
    }

    public int Read(long offset, int maxBytes, IBufferWriter<byte> into)
    {
        Reads++;
        var written = 0;
        foreach (var batch in _batches)
        {
            BatchHeader.TryRead(batch, out var header);
            if (header.LastOffset < offset)
                continue;

            if (written > 0 && written + batch.Length > maxBytes)
                break;

            into.Write(batch);
            written += batch.Length;
        }

        return written;
    }

    /// <summary>Everything written so far is committed.</summary>
    public void Commit()
    {
        HighWatermark = EndOffset;
        Settle(ErrorCode.None);
    }

    /// <summary>Nothing of what is not committed ever will be; it is gone, as after a change of leaders.</summary>
    public void Lose(ErrorCode why)
    {
        _batches.RemoveAll(batch => BatchHeader.TryRead(batch, out var header) && header.BaseOffset >= HighWatermark);
        EndOffset = HighWatermark;
        Settle(why);
    }

    /// <summary>The same partition under its next leader: what was written is there, and committed. Whoever waits here is told to go there.</summary>
    public MemoryLog Reopened()
    {
        Settle(ErrorCode.NotLeaderOrFollower);
        var log = new MemoryLog { LeaderEpoch = LeaderEpoch + 1, MaxBatchBytes = MaxBatchBytes, EndOffset = EndOffset, HighWatermark = EndOffset };
        log._batches.AddRange(_batches);
        _batches.ForEach(batch => log.Follow(batch));
        return log;
    }

    private ErrorCode Check(ReadOnlySpan<byte> batch, VerificationGuard? guard, bool markersBumpEpoch)
    {
        if (!BatchHeader.TryRead(batch, out var header) || !header.HasProducerId)
            return ErrorCode.None;

        if (EndTransactionMarker.TryRead(header, batch, out var marker))
            return _producers.CheckMarker(header.ProducerId, header.ProducerEpoch, marker, AppendOrigin.Coordinator, markersBumpEpoch).Error;

        return _producers.IsVerified(header, guard) ? _producers.Check(header, AppendOrigin.Coordinator).Error : ErrorCode.InvalidTxnState;
    }

    private void Follow(ReadOnlySpan<byte> batch)
    {
        BatchHeader.TryRead(batch, out var header);
        if (header.IsControl && EndTransactionMarker.TryRead(header, batch, out var marker))
            _producers.ApplyMarker(header, marker);
        else
            _producers.Apply(header);
    }

    private void Settle(ErrorCode error)
    {
        var settled = _waiting.ToArray();
        _waiting.Clear();
        foreach (var (_, done) in settled)
            done(error);
    }
}
