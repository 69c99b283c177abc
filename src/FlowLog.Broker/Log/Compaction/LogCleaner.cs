using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// Cleans compacted logs, the dirtiest first, each by one thread at a time. Thread-safe. A log that cannot be cleaned is left alone for a while, and the others go on.
/// </summary>
internal sealed class LogCleaner(LogStoreOptions options, CleanerThrottle throttle, IRandomness random, ILogger events)
{
    private const long RetryAfterMs = 10 * 60_000;

    private readonly Lock _gate = new();
    private readonly HashSet<TopicPartition> _underWay = [];
    private readonly Dictionary<TopicPartition, long> _retryAt = [];
    private int _uncleanable;

    /// <summary>Logs that were left alone because they could not be cleaned.</summary>
    public int Uncleanable => Volatile.Read(ref _uncleanable);

    /// <summary>Cleans the log that needs it most; null when none does, or it could not be done.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled. What was not finished is as it was.</exception>
    public PartitionLog? CleanOne(IEnumerable<PartitionLog> logs, long now, CancellationToken cancellation)
    {
        if (Choose(logs, now, out var range, out var hash) is not { } dirtiest)
            return null;

        try
        {
            return TryClean(dirtiest, range, hash, now, cancellation) ? dirtiest : null;
        }
        finally
        {
            lock (_gate)
                _underWay.Remove(dirtiest.Partition);
        }
    }

    private PartitionLog? Choose(IEnumerable<PartitionLog> logs, long now, out CleanableRange range, out KeyHash hash)
    {
        lock (_gate)
        {
            PartitionLog? dirtiest = null;
            range = default;
            hash = default;
            foreach (var log in logs)
            {
                if (!log.Options.IsCompacted || log.IsOffline || _underWay.Contains(log.Partition) || IsLeftAlone(log.Partition, now))
                    continue;

                var candidate = log.CleanableRange(now);
                if (candidate.Deserves(log.Options) && (dirtiest is null || Urgency(candidate) > Urgency(range)))
                    (dirtiest, range) = (log, candidate);
            }

            if (dirtiest is null)
                return null;

            hash = new KeyHash((ulong)random.NextInt64(), (ulong)random.NextInt64());
            _underWay.Add(dirtiest.Partition);
            return dirtiest;
        }
    }

    private static double Urgency(in CleanableRange range) => range.IsOverdue ? 1 + range.DirtyRatio : range.DirtyRatio;

    private bool IsLeftAlone(TopicPartition partition, long now)
    {
        if (!_retryAt.TryGetValue(partition, out var retryAt))
            return false;

        if (now < retryAt)
            return true;

        _retryAt.Remove(partition);
        Volatile.Write(ref _uncleanable, _retryAt.Count);
        return false;
    }

    private bool TryClean(PartitionLog log, CleanableRange range, KeyHash hash, long now, CancellationToken cancellation)
    {
        try
        {
            var map = new OffsetMap(options.CleanerMapBytes / options.CleanerThreads, options.CleanerLoadFactor, hash);
            var pass = new CompactionPass(log, map, throttle, options.CleanerBufferBytes, now, cancellation);
            log.CleanedTo = pass.Run(range);
            events.LogCleaned(log.Partition, range.FirstDirty, log.CleanedTo, map.Count, pass.Bytes.Before, pass.Bytes.After);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The partition was deleted, or a segment left by its age.
            return false;
        }
        catch (Exception failure) when (failure is UncleanableException or DiskException or CodecUnavailableException)
        {
            if (log.IsClosed)
                return false;

            LeaveAlone(log, failure, now);
            return false;
        }
    }

    private void LeaveAlone(PartitionLog log, Exception failure, long now)
    {
        if (failure is DiskException { IsFull: false })
            log.Directory.Fail(failure);

        lock (_gate)
        {
            _retryAt[log.Partition] = now + RetryAfterMs;
            Volatile.Write(ref _uncleanable, _retryAt.Count);
        }

        events.LogNotCleaned(log.Partition, failure.Message, failure);
    }
}
