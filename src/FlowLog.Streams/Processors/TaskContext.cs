using FlowLog.Streams.Changelog;
using FlowLog.Streams.State;

namespace FlowLog.Streams.Processors;

/// <summary>What the nodes and stores of one task share: the record being worked on, time, where to send, what to do about errors.</summary>
internal sealed class TaskContext(TaskId id, TaskSettings settings, IRecordOutput output) : IStoreHost
{
    private readonly Dictionary<string, StateStore> _stores = new(StringComparer.Ordinal);

    public TaskId Id { get; } = id;

    public TaskSettings Settings { get; } = settings;

    public IRecordOutput Output { get; } = output;

    public FailurePolicy Failures => field ??= new FailurePolicy(this);

    public PunctuationQueue StreamTimePunctuations { get; } = new();

    public PunctuationQueue WallClockPunctuations { get; } = new();

    /// <summary>The record being worked on.</summary>
    public RecordContext Current { get; set; } = RecordContext.AtTime(0);

    /// <summary>Its bytes as they were read; null outside of an input record.</summary>
    public IRawRecordSource? Raw { get; set; }

    /// <summary>Largest timestamp taken for processing so far; -1 before the first record.</summary>
    public long StreamTimeMs { get; set; } = -1;

    public long WallClockMs => Settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A processor asked for a commit soon.</summary>
    public bool CommitRequested { get; set; }

    /// <summary>Some node of the task changes headers, so each record needs an object of its own for them from the start.</summary>
    public bool NeedsHeaders { get; set; }

    /// <summary>Records that were left out since the start.</summary>
    public long Dropped { get; private set; }

    /// <summary>What processors keep beside the committed offsets, by their own names.</summary>
    public Dictionary<string, long> ProcessorMetadata { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, StateStore> Stores => _stores;

    public void CountDropped()
    {
        Dropped++;
        Settings.Dropped?.Invoke(Id);
    }

    public void Add(StateStore store) => _stores.Add(store.Name, store);

    public SendOrigin Origin(string node) => new(Id, node, Current.Topic, Current.Partition, Current.Offset);
}
