using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log;

/// <summary>
/// Stamps a run of batches with the offsets that they get and decides whether they may be appended. Changes the bytes only.
/// </summary>
internal struct AppendPlan(
    ProducerStates producers, long logEnd, int leaderEpoch, AppendOrigin origin, VerificationGuard? guard, bool markersBumpEpoch)
{
    /// <summary>Offset of the first record.</summary>
    public long FirstOffset { get; private set; } = -1;

    /// <summary>Offset of the last record.</summary>
    public long LastOffset { get; private set; } = -1;

    /// <summary>Largest timestamp of all.</summary>
    public long LargestTimestamp { get; private set; } = RecordBatch.NoTimestamp;

    /// <summary>
    /// Stamps the batches. False when they are refused. From a leader the sound beginning is taken and the rest left for the next fetch.
    /// </summary>
    public bool TryStamp(ref Memory<byte> run, out AppendOutcome refused)
    {
        refused = default;
        var next = logEnd;
        var position = 0;
        while (position < run.Length)
        {
            var rest = run.Span[position..];
            var problem = Check(rest, next, out var header);
            if (problem is { } found)
            {
                if (origin == AppendOrigin.Replication && position > 0)
                    break;

                refused = found;
                return false;
            }

            var first = origin == AppendOrigin.Replication ? header.BaseOffset : next;
            if (origin != AppendOrigin.Replication)
            {
                RecordBatch.PatchBaseOffset(rest, first);
                RecordBatch.PatchLeaderEpoch(rest, leaderEpoch);
            }

            Include(header, first);
            next = LastOffset + 1;
            position += (int)header.TotalSize;
        }

        run = run[..position];
        if (position > 0)
            return true;

        refused = AppendOutcome.Refused(ErrorCode.InvalidRecord, "There is nothing to append.");
        return false;
    }

    private void Include(in BatchHeader header, long firstOffset)
    {
        if (FirstOffset < 0)
            FirstOffset = firstOffset;

        LastOffset = firstOffset + header.LastOffsetDelta;
        LargestTimestamp = Math.Max(LargestTimestamp, header.MaxTimestamp);
    }

    private readonly AppendOutcome? Check(ReadOnlySpan<byte> bytes, long next, out BatchHeader header)
    {
        if (!BatchHeader.TryRead(bytes, out header) || !header.IsPlausible || header.TotalSize > bytes.Length)
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, "The bytes are no whole record batch.");

        return origin switch
        {
            AppendOrigin.Client => null,
            AppendOrigin.Replication => CheckReplicated(header, bytes[..(int)header.TotalSize], next),
            _ => CheckOwn(header, bytes[..(int)header.TotalSize]),
        };
    }

    private readonly AppendOutcome? CheckReplicated(in BatchHeader header, ReadOnlySpan<byte> batch, long next)
    {
        if (!RecordBatch.HasValidCrc(batch))
            return AppendOutcome.Refused(ErrorCode.CorruptMessage, $"The checksum of the batch at offset {header.BaseOffset} does not fit its bytes.");

        if (header.BaseOffset < next)
            return AppendOutcome.Refused(ErrorCode.OffsetOutOfRange, $"The batch at offset {header.BaseOffset} comes where {next} is next.");

        // A leader of a later epoch may have other batches before it than the one that was asked.
        return header.LeaderEpoch > leaderEpoch
            ? AppendOutcome.Refused(ErrorCode.UnknownLeaderEpoch, $"The batch is of epoch {header.LeaderEpoch}, this replica follows epoch {leaderEpoch}.")
            : null;
    }

    private readonly AppendOutcome? CheckOwn(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        if (!header.HasProducerId)
            return null;

        // Offsets that a group commits in a transaction need the same proof as the records of producers.
        if (origin == AppendOrigin.Coordinator && !header.IsControl && !producers.IsVerified(header, guard))
            return AppendOutcome.Refused(ErrorCode.InvalidTxnState, $"The transaction of producer {header.ProducerId} is not known to be open.");

        var refusal = header.IsControl && EndTransactionMarker.TryRead(header, batch, out var marker)
            ? producers.CheckMarker(header.ProducerId, header.ProducerEpoch, marker, origin, markersBumpEpoch)
            : producers.Check(header, origin);
        return refusal.IsRefused ? AppendOutcome.Refused(refusal.Error, refusal.Message!) : null;
    }
}
