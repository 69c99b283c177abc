using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Errors;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>Answers what readers of a log ask. Takes the log's lock never: the offsets and the segments are taken as they are at one instant.</summary>
internal sealed class LogLookups(LogState log)
{
    /// <summary>See <see cref="PartitionLog.Read"/>.</summary>
    public ReadOutcome Read(long offset, int maxBytes, long upperBound, bool atLeastOneBatch)
    {
        if (log.Directory.IsOffline)
            return new ReadOutcome(ErrorCode.KafkaStorageError, null);

        var end = log.End;
        if (offset < log.Start || offset > end)
            return new ReadOutcome(ErrorCode.OffsetOutOfRange, null);

        if (offset >= Math.Min(upperBound, end))
            return ReadOutcome.Nothing;

        try
        {
            return new ReadOutcome(ErrorCode.None, LogReader.Read(log.Segments.All, offset, maxBytes, Math.Min(upperBound, end), atLeastOneBatch));
        }
        catch (Exception failure) when (failure is DiskException or ObjectDisposedException)
        {
            NoteUnreadable(failure);
            return new ReadOutcome(ErrorCode.KafkaStorageError, null);
        }
    }

    /// <summary>See <see cref="PartitionLog.FindTimestamp"/>.</summary>
    public OffsetLookup FindTimestamp(long timestamp, long upperBound) => Ask(
        segments => LogReader.FindTimestamp(segments, timestamp, log.Start, Math.Min(upperBound, log.End), int.MaxValue), OffsetLookup.None);

    /// <summary>See <see cref="PartitionLog.FindMaxTimestamp"/>.</summary>
    public OffsetLookup FindMaxTimestamp(long upperBound) => Ask(
        segments => LogReader.FindMaxTimestamp(segments, 0, Math.Min(upperBound, log.End), int.MaxValue), OffsetLookup.None);

    /// <summary>The aborted transactions whose records a <c>read_committed</c> reader of a range must hide.</summary>
    public IReadOnlyList<AbortedTransaction> AbortedTransactions(long fromOffset, long toOffset) =>
        Ask(segments => LogReader.AbortedTransactions(segments, fromOffset, toOffset), []);

    /// <summary>Asks the segments something; the answer when they cannot be read is <paramref name="whenUnreadable"/>.</summary>
    public T Ask<T>(Question<T> question, T whenUnreadable)
    {
        try
        {
            return question(log.Segments.All);
        }
        catch (Exception failure) when (failure is DiskException or ObjectDisposedException)
        {
            NoteUnreadable(failure);
            return whenUnreadable;
        }
    }

    private void NoteUnreadable(Exception failure)
    {
        // A closed file is no damage: the partition was deleted while it was read.
        if (failure is DiskException)
            log.Directory.Fail(failure);
    }

    /// <summary>Looks at segments.</summary>
    public delegate T Question<T>(ReadOnlySpan<Segment> segments);
}
