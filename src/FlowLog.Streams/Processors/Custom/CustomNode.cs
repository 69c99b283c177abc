using FlowLog.Streams.State;
using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams.Processors.Custom;

/// <summary>A node with a processor of the application's own; it is the processor's context too.</summary>
internal abstract class CustomNode<KIn, VIn, KOut, VOut>(IReadOnlyCollection<string> connected) : Node<KIn, VIn, KOut, VOut>, IProcessingContext
{
    public string ApplicationId => Task.Settings.ApplicationId;

    TaskId IProcessingContext.Task => Task.Id;

    public RecordMetadata? Metadata => Task.Current.Topic is { } topic ? new RecordMetadata(topic, Task.Current.Partition, Task.Current.Offset) : null;

    public long StreamTimeMs => Task.StreamTimeMs;

    public long WallClockMs => Task.WallClockMs;

    public TStore GetStore<TStore>(string name)
    {
        var store = Connected(name);
        return store is TStore typed
            ? typed
            : throw new StreamsTopologyException($"Processor '{Name}' asks for store '{name}' as {typeof(TStore).Name}, but it is {store.GetType().Name}.");
    }

    public IKeyValueStore<K, V> Store<K, V>(string name)
        where K : notnull
    {
        return Connected(name) switch
        {
            IKeyValueStore<K, V> store => store,
            TimestampedKeyValueStore<K, V> rows => new RowsWithoutTime<K, V>(rows),
            var other => throw new StreamsTopologyException($"Processor '{Name}' asks for store '{name}' as {typeof(IKeyValueStore<K, V>).Name}, but it is {other.GetType().Name}."),
        };
    }

    public ICancellable Schedule(TimeSpan interval, Punctuate time, Action<long> callback, long? startMs = null)
    {
        if (interval < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval of a punctuation is at least one millisecond.");

        var every = (long)interval.TotalMilliseconds;
        var now = time == Punctuate.StreamTime ? Math.Max(0, Task.StreamTimeMs) : Task.WallClockMs;
        var punctuation = new Punctuation(Name, FirstCall(time, every, now, startMs), every, callback);
        (time == Punctuate.StreamTime ? Task.StreamTimePunctuations : Task.WallClockPunctuations).Add(punctuation);
        return punctuation;
    }

    public void Commit() => Task.CommitRequested = true;

    protected override void Started() => Task.NeedsHeaders = true;

    private static long FirstCall(Punctuate time, long every, long now, long? startMs)
    {
        if (startMs is not { } start)
            return time == Punctuate.StreamTime ? 0 : now + every;

        // A start in the past is brought forward along its own grid.
        return start >= now ? start : start + ((now - start + every - 1) / every * every);
    }

    private StateStore Connected(string name)
    {
        if (!connected.Contains(name))
            throw new StreamsTopologyException($"Processor '{Name}' has no access to store '{name}': it is not connected to it. Name the store where the processor is added.");

        return Task.Stores[name];
    }
}
