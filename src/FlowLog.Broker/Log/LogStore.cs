using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Compaction;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log;

/// <summary>
/// All partition logs of a node, in one or more log directories. Opening it recovers everything; closing it leaves a marker, so that the
/// next start need not. Its loops (checkpoints, retention, deletions) are methods that the owner calls on its own clock.
/// </summary>
internal sealed class LogStore
{
    /// <summary>Syncs wait for the device and not for a processor, and those that wait together are done together.</summary>
    private const int SyncsPerThread = 8;

    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> _logs = new();
    private readonly Lock _changes = new();
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly IRandomness _random;
    private readonly ILogger _log;
    private readonly LogStoreOptions _options;
    private readonly DeferredDeletions _deletions;
    private readonly CleanerThrottle _throttle;
    private readonly LogCleaner _cleaner;
    private readonly List<DirectoryState> _directories = [];

    private LogStore(LogStoreOptions options, IDisk disk, TimeProvider clock, IRandomness random, ILogger log)
    {
        (_options, _disk, _clock, _random, _log) = (options, disk, clock, random, log);
        _deletions = new DeferredDeletions(log);
        _throttle = new CleanerThrottle(clock, static (time, stopping) => stopping.WaitHandle.WaitOne(time));
        _cleaner = new LogCleaner(options, _throttle, random, log);
    }

    /// <summary>Raised once for each log directory that fails; its logs refuse everything from then on. The handler must not block.</summary>
    public event Action<LogDirectory>? DirectoryWentOffline;

    /// <summary>The logs, in no particular order.</summary>
    public ICollection<PartitionLog> Logs => _logs.Values;

    /// <summary>The log directories.</summary>
    public IEnumerable<LogDirectory> Directories => _directories.Select(state => state.Directory);

    /// <summary>The broker epoch that the last clean stop wrote; -1 when the last stop was not clean everywhere.</summary>
    public long PreviousBrokerEpoch { get; private set; } = -1;

    /// <summary>Whether every directory was stopped cleanly.</summary>
    public bool WasStoppedCleanly { get; private set; }

    /// <summary>Whether a directory could not be read wholly at the start: a log that is not found may lie there.</summary>
    public bool HasUnreadDirectory { get; private set; }

    /// <summary>Opens the directories and recovers every log in them.</summary>
    /// <exception cref="LogDamagedException">A log that must not be cut lacks what was on the device.</exception>
    public static LogStore Open(LogStoreOptions options, IDisk disk, TimeProvider clock, IRandomness random, ILogger log)
    {
        var store = new LogStore(options, disk, clock, random, log);
        foreach (var path in options.Directories)
            store.AddDirectory(path);

        try
        {
            store.OpenLogs();
        }
        catch
        {
            foreach (var opened in store.Logs)
                opened.Abandon();

            throw;
        }

        return store;
    }

    /// <summary>Whether the checkpoints that were found tell of records of a log.</summary>
    public bool WasKnown(TopicPartition partition) => _directories.Exists(state => state.OpeningOf(partition).Committed > 0);

    /// <summary>Finds an open log.</summary>
    public bool TryGet(TopicPartition partition, [NotNullWhen(true)] out PartitionLog? found) => _logs.TryGetValue(partition, out found);

    /// <summary>
    /// Makes a new, empty log, in the online directory with the fewest logs unless <paramref name="directoryId"/> names one. Returns the
    /// log that exists already when there is one.
    /// </summary>
    /// <exception cref="DiskException">The folder cannot be made; its directory is offline then, unless it is only full.</exception>
    public PartitionLog Create(TopicPartition partition, TopicId topicId, LogOptions options, Guid? directoryId = null)
    {
        lock (_changes)
        {
            if (_logs.TryGetValue(partition, out var existing))
                return existing;

            var directory = Choose(directoryId);
            try
            {
                StateOf(directory).Forget(partition, LogsIn(directory));
                return _logs[partition] = CreateIn(directory, partition, topicId, options);
            }
            catch (DiskException failure)
            {
                _log.LogNotOpened(partition.ToString(), failure.Message, failure);
                if (failure.IsFull)
                    directory.TryUnlessFull(() => _disk.DeleteDirectory(Path.Combine(directory.Path, LogFolderName.For(partition))));
                else
                    directory.Fail(failure);

                throw;
            }
        }
    }

    /// <summary>
    /// Removes a log: its folder gets a name that ends in <c>-delete</c> at once, and goes when no reader can be under way any more.
    /// False when there is none.
    /// </summary>
    public bool Delete(TopicPartition partition)
    {
        lock (_changes)
        {
            if (!_logs.TryRemove(partition, out var log))
                return false;

            log.Abandon();
            if (SetAside(log, LogFolderName.Deleted) is { } folder)
                _deletions.Schedule(folder, Now + log.Options.FileDeleteDelayMs, () => _disk.DeleteDirectory(folder));

            return true;
        }
    }

    /// <summary>Sets a log aside that belongs to no partition of this broker: its folder gets a name that ends in <c>-stray</c> and stays.</summary>
    public void SetAsideStray(TopicPartition partition)
    {
        lock (_changes)
        {
            if (!_logs.TryRemove(partition, out var log))
                return;

            log.Abandon();
            if (SetAside(log, LogFolderName.Stray) is { } folder)
                _log.FolderSetAside(log.Folder, folder);
        }
    }

    /// <summary>
    /// Gets every log onto the device and writes where the next start may begin to check (every minute or so: what is appended after
    /// it is what a start after a crash must read), log starts included.
    /// </summary>
    public void Checkpoint()
    {
        foreach (var state in Online())
        {
            foreach (var log in LogsIn(state.Directory))
                log.SyncToDisk();

            state.Directory.TryUnlessFull(() =>
            {
                foreach (var log in LogsIn(state.Directory))
                    log.Checkpoint();

                state.WriteRecoveryPoints(LogsIn(state.Directory));
                state.WriteLogStarts(LogsIn(state.Directory));
            });
        }
    }

    /// <summary>
    /// Writes the starts of logs that DeleteRecords moved, so that what was deleted stays deleted. Returns the directories in which that could not be done.
    /// </summary>
    public IReadOnlyCollection<LogDirectory> CheckpointLogStarts() => _directories
        .Where(state => state.Directory.IsOffline || !state.Directory.TryUnlessFull(() => state.WriteLogStarts(LogsIn(state.Directory))))
        .Select(state => state.Directory)
        .ToArray();

    /// <summary>Writes the high watermarks (<c>replica.high.watermark.checkpoint.interval.ms</c>, 5 s).</summary>
    public void CheckpointHighWatermarks()
    {
        foreach (var state in Online())
            state.Directory.TryUnlessFull(() => state.WriteHighWatermarks(LogsIn(state.Directory)));
    }

    /// <summary>Removes what has outlived its time (<c>log.retention.check.interval.ms</c>, 5 min). Returns how many segments went.</summary>
    public int RunRetention(long now)
    {
        var removed = 0;
        foreach (var log in _logs.Values)
            removed += log.DeleteOldSegments(now, log.HighWatermark);

        if (removed > 0)
            CheckpointLogStarts();

        return removed;
    }

    /// <summary>Compacted logs that cannot be cleaned, because a segment of theirs is damaged.</summary>
    public int UncleanableLogs => _cleaner.Uncleanable;

    /// <summary><c>log.cleaner.io.max.bytes.per.second</c>: the most that all cleaning may read and write. Default unlimited; may be set at any time.</summary>
    public double CleanerBytesPerSecond
    {
        set => _throttle.BytesPerSecond = value;
    }

    /// <summary>
    /// Compacts the log that needs it most, on the calling thread, which may take long. True when there was one: call again at once, and
    /// else after <c>log.cleaner.backoff.ms</c> (15 s). As many calls at a time as there are threads for it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is half done.</exception>
    public bool RunCleaner(long now, CancellationToken cancellation)
    {
        foreach (var log in _logs.Values)
            log.RollWhenDue(now);

        if (_cleaner.CleanOne(_logs.Values, now, cancellation) is not { } cleaned)
            return false;

        var state = StateOf(cleaned.Directory);
        state.Directory.TryUnlessFull(() => state.WriteCleanedTo(LogsIn(state.Directory)));
        return true;
    }

    /// <summary>Deletes files whose delay is over.</summary>
    public void RunDeletions(long now) => _deletions.RunDue(now);

    /// <summary>Forgets silent producers (<c>producer.id.expiration.check.interval.ms</c>, 10 min).</summary>
    public void ExpireProducers(long silentSince)
    {
        foreach (var log in _logs.Values)
            log.ExpireProducers(silentSince);
    }

    /// <summary>Ends a clean run. The marker is written last, and only where everything before it succeeded.</summary>
    /// <returns>Whether every directory is marked as cleanly closed; one that failed is not, and is checked at the next start.</returns>
    public bool Close(long brokerEpoch)
    {
        lock (_changes)
        {
            foreach (var state in _directories)
                Close(state, brokerEpoch);
            return !_directories.Exists(state => state.Directory.IsOffline);
        }
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void AddDirectory(LogDirectoryPath path)
    {
        var directory = new LogDirectory(_disk, path.Path, path.Id, _options.MinFreeBytes, _log);
        directory.WentOffline += failed => DirectoryWentOffline?.Invoke(failed);
        _directories.Add(new DirectoryState(_disk, directory, _log));
    }

    private void OpenLogs()
    {
        var started = _clock.GetTimestamp();
        var recovered = 0;
        WasStoppedCleanly = true;
        foreach (var state in _directories)
        {
            state.Directory.FailUnless(() =>
            {
                state.ReadCheckpoints();
                var folders = Folders(state.Directory).ToArray();

                // What is found after a crash is checked, as many logs at a time as there are threads for it, and then synced. That waits for the device,
                // while the next are checked.
                using var checking = new SemaphoreSlim(Math.Max(1, _options.RecoveryThreads));
                InParallel(folders, found => OpenOne(state, found.Partition, found.Name, checking), state.WasStoppedCleanly ? 1 : SyncsPerThread);
                state.WriteUnlessReached(LogsIn(state.Directory));
            });
            HasUnreadDirectory |= state.Directory.IsOffline;
            recovered += state.WasStoppedCleanly ? 0 : LogsIn(state.Directory).Count();
            WasStoppedCleanly &= state.WasStoppedCleanly;
            PreviousBrokerEpoch = WasStoppedCleanly ? state.BrokerEpoch : -1;
        }

        _log.LogsOpened(_logs.Count, (long)_clock.GetElapsedTime(started).TotalMilliseconds, recovered);
    }

    private IEnumerable<(TopicPartition Partition, string Name)> Folders(LogDirectory directory)
    {
        foreach (var name in _disk.ListDirectories(directory.Path))
        {
            if (name.EndsWith(LogFolderName.Deleted, StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal))
                _disk.DeleteDirectory(Path.Combine(directory.Path, name));
            else if (LogFolderName.TryParse(name, out var partition))
                yield return (partition, name);
        }
    }

    private void OpenOne(DirectoryState state, TopicPartition partition, string name, SemaphoreSlim checking)
    {
        try
        {
            var log = LoadOne(state, partition, Path.Combine(state.Directory.Path, name), checking);
            log.SyncFound();
            if (!_logs.TryAdd(partition, log))
                throw new InvalidDataException($"The partition {partition} lies in two log directories: '{log.Folder}' and '{_logs[partition].Folder}'.");
        }
        catch (DiskException failure)
        {
            _log.LogNotOpened(partition.ToString(), failure.Message, failure);
            throw;
        }
    }

    private PartitionLog LoadOne(DirectoryState state, TopicPartition partition, string folder, SemaphoreSlim checking)
    {
        checking.Wait();
        try
        {
            var topicId = PartitionMetadataFile.Read(_disk, folder) ?? TopicId.Zero;
            var how = state.OpeningOf(partition) with { StandIn = _options.StandInOf(partition) };
            return PartitionLog.Load(EnvironmentIn(state.Directory), partition, topicId, folder, _options.OptionsOf(partition), how, Now);
        }
        finally
        {
            checking.Release();
        }
    }

    private void InParallel<T>(IReadOnlyCollection<T> items, Action<T> action, int perThread = 1)
    {
        if (_options.RecoveryThreads <= 1 || items.Count <= 1)
        {
            foreach (var item in items)
                action(item);

            return;
        }

        try
        {
            // On threads of their own: the pool's are as many as there are processors, and it adds one or two a second where they block.
            var left = new ConcurrentQueue<T>(items);
            var workers = new Task[Math.Min(_options.RecoveryThreads * perThread, items.Count)];
            for (var worker = 0; worker < workers.Length; worker++)
                workers[worker] = Task.Factory.StartNew(() => DoAll(left, action), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

            Task.WaitAll(workers);
        }
        catch (AggregateException several)
        {
            throw several.InnerExceptions[0];
        }
    }

    private static void DoAll<T>(ConcurrentQueue<T> left, Action<T> action)
    {
        while (left.TryDequeue(out var item))
            action(item);
    }

    private PartitionLog CreateIn(LogDirectory directory, TopicPartition partition, TopicId topicId, LogOptions options)
    {
        var folder = Path.Combine(directory.Path, LogFolderName.For(partition));
        _disk.CreateDirectory(folder);
        PartitionMetadataFile.Write(_disk, folder, topicId);
        directory.NamesChanged();
        return PartitionLog.Open(EnvironmentIn(directory), partition, topicId, folder, options, LogOpening.New, Now);
    }

    private LogEnvironment EnvironmentIn(LogDirectory directory) => new(_disk, directory, _deletions, _log, _options.ProducerExpirationMs)
    {
        SaveCheckpoints = () => StateOf(directory).WriteBeforeCut(LogsIn(directory)),
    };

    private DirectoryState StateOf(LogDirectory directory) => _directories.Find(state => state.Directory == directory)!;

    private LogDirectory Choose(Guid? directoryId)
    {
        var online = Online().Select(state => state.Directory).ToArray();
        var chosen = online.FirstOrDefault(directory => directory.Id == directoryId);

        // A topic of many partitions asks as often as it has them: what lies where is counted only where there is a choice.
        chosen ??= online is [var only] ? only : online.MinBy(directory => LogsIn(directory).Count());
        return chosen ?? throw new IOException("No log directory is online.");
    }

    private string? SetAside(PartitionLog log, string suffix)
    {
        var folder = Path.Combine(log.Directory.Path, LogFolderName.OnItsWayOut(log.Partition, _random.NextGuid(), suffix));
        var isMoved = false;
        log.Directory.FailUnless(() =>
        {
            _disk.Rename(log.Folder, folder);
            log.Directory.NamesChanged();
            log.Directory.SyncNames();
            isMoved = true;
        });
        return isMoved ? folder : null;
    }

    private void Close(DirectoryState state, long brokerEpoch)
    {
        var logs = LogsIn(state.Directory).ToArray();
        state.Directory.FailUnless(() =>
        {
            InParallel(logs, log => log.Close(), SyncsPerThread);
            if (state.Directory.IsOffline)
                return;

            state.WriteRecoveryPoints(logs);
            state.WriteHighWatermarks(logs);
            state.WriteLogStarts(logs);
            state.Directory.SyncNames();
            CleanShutdownFile.Write(_disk, state.Directory.Path, brokerEpoch);
        });
        foreach (var log in logs)
            log.Abandon();
    }

    // Not of Values, which copies all of them when it is only asked for.
    private IEnumerable<PartitionLog> LogsIn(LogDirectory directory) => _logs.Select(found => found.Value).Where(log => log.Directory == directory);

    private IEnumerable<DirectoryState> Online() => _directories.Where(state => !state.Directory.IsOffline);
}
