using FlowLog.Client;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Processors;
using FlowLog.Streams.State;

namespace FlowLog.Streams.Tasks;

/// <summary>
/// One sub-topology at work on one partition of its inputs. Synchronous and single-threaded: it is given records and time, and calls its nodes, stores and output. When to
/// process, punctuate and commit is decided by the thread that owns it.
/// </summary>
internal sealed class StreamTask : IDisposable
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly PartitionGroup _inputs;
    private readonly Dictionary<TopicPartition, RecordQueue> _queues;
    private readonly Dictionary<TopicPartition, long> _committed = [];
    private readonly IDisposable? _storage;

    public StreamTask(
        TaskContext context, IReadOnlyList<Node> nodes, IReadOnlyList<StateStore> stores, IReadOnlyDictionary<string, TopicPartition> changelogs, PartitionGroup inputs, IDisposable? storage)
    {
        Context = context;
        Stores = stores;
        Changelogs = changelogs;
        _nodes = nodes;
        _inputs = inputs;
        _queues = inputs.Queues.ToDictionary(queue => queue.Partition);
        _storage = storage;
    }

    public TaskId Id => Context.Id;

    public TaskContext Context { get; }

    public IReadOnlyList<StateStore> Stores { get; }

    /// <summary>Changelog partitions by store; stores without changelog are left out.</summary>
    public IReadOnlyDictionary<string, TopicPartition> Changelogs { get; }

    public IReadOnlyCollection<TopicPartition> Inputs => _queues.Keys;

    public IReadOnlyCollection<RecordQueue> Queues => _queues.Values;

    /// <summary>Something was processed since the last commit.</summary>
    public bool NeedsCommit { get; private set; }

    /// <summary>Positions as they were committed last.</summary>
    public IReadOnlyDictionary<TopicPartition, long> CommittedOffsets => _committed;

    /// <summary>Something was processed, or gone past without there being records, since the last commit.</summary>
    public bool HasMoved => NeedsCommit || _queues.Values.Any(queue => queue.NextOffset is { } next && next != _committed.GetValueOrDefault(queue.Partition, -1));

    /// <summary>Bytes of store changes that wait for a commit.</summary>
    public long UncommittedBytes
    {
        get
        {
            long bytes = 0;
            foreach (var store in Stores)
                bytes += store.UncommittedBytes;

            return bytes;
        }
    }

    public RecordQueue Queue(TopicPartition partition) => _queues[partition];

    /// <summary>Goes on where the committed offsets and their metadata say.</summary>
    public void Resume(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> committed)
    {
        foreach (var (partition, queue) in _queues)
        {
            if (!committed.TryGetValue(partition, out var found) || found is not { } position)
                continue;

            var metadata = OffsetMetadata.Parse(position.Metadata);
            queue.PartitionTimeMs = metadata.PartitionTimeMs;
            queue.FetchedUpTo = position.Offset;
            _committed[partition] = position.Offset;
            foreach (var (name, number) in metadata.Numbers)
                Context.ProcessorMetadata[name] = number;
        }

        Context.StreamTimeMs = _queues.Values.Max(queue => queue.PartitionTimeMs);
    }

    /// <summary>Processes up to that many records; returns how many there were.</summary>
    public int Process(int maxRecords, long nowMs)
    {
        var processed = 0;
        while (processed < maxRecords && _inputs.Next(nowMs) is { } queue)
        {
            queue.ProcessHead();
            processed++;
            NeedsCommit = true;
            if (!Context.StreamTimePunctuations.IsEmpty)
                PunctuateStreamTime();
        }

        return processed;
    }

    /// <summary>Runs the stream-time punctuations that are due.</summary>
    public bool PunctuateStreamTime() => Context.StreamTimeMs >= 0 && Context.StreamTimePunctuations.RunDue(Context.StreamTimeMs, Run);

    /// <summary>Runs the wall-clock punctuations that are due.</summary>
    public bool PunctuateWallClock(long nowMs) => Context.WallClockPunctuations.RunDue(nowMs, Run);

    /// <summary>Hands on what the record caches hold. Afterwards everything that belongs to the commit has been sent.</summary>
    public void FlushCaches()
    {
        foreach (var store in Stores)
            store.FlushCache();
    }

    /// <summary>Positions of the inputs, as they are now, with what must be kept beside them.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Positions()
    {
        var positions = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach (var (partition, queue) in _queues)
        {
            // An unread input may hold skipped records at its head only after they were looked at.
            queue.TryPeek(out _);
            if (queue.NextOffset is { } offset)
                positions[partition] = new OffsetAndMetadata(offset, new OffsetMetadata(queue.PartitionTimeMs, Context.ProcessorMetadata).ToText());
        }

        return positions;
    }

    /// <summary>The offsets are committed: makes the stores' changes permanent, with the changelog offsets they reach.</summary>
    /// <param name="positions">What was committed.</param>
    /// <param name="changelogEnd">How far this process has written a changelog.</param>
    public void Committed(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> positions, Func<TopicPartition, long?> changelogEnd)
    {
        foreach (var (partition, position) in positions)
            _committed[partition] = position.Offset;

        foreach (var store in Stores)
            store.Commit(Changelogs.TryGetValue(store.Name, out var partition) ? changelogEnd(partition) : null);

        NeedsCommit = false;
        Context.CommitRequested = false;
    }

    /// <summary>Closes without committing.</summary>
    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Close();

        foreach (var store in Stores)
            store.Close();

        foreach (var queue in _queues.Values)
            queue.Clear();

        _storage?.Dispose();
    }

    private void Run(Punctuation punctuation, long nowMs)
    {
        var working = Context.Current;
        Context.Current = RecordContext.AtTime(nowMs);
        NeedsCommit = true;
        try
        {
            punctuation.Callback(nowMs);
        }
        catch (Exception problem) when (FailurePolicy.IsOpen(problem))
        {
            Context.Failures.OfProcessing(punctuation.Node, null, null, nowMs, problem);
        }
        finally
        {
            Context.Current = working;
        }
    }
}
