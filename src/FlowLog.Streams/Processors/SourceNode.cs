using FlowLog.Client.Serialization;
using FlowLog.Streams.State;

namespace FlowLog.Streams.Processors;

/// <summary>Where records enter a task.</summary>
internal abstract class SourceNode : Node
{
    /// <summary>Calls the visitor with the types of this source.</summary>
    public abstract T Accept<T>(ISourceVisitor<T> visitor);
}

/// <summary>Something that has to be made with the types of a source.</summary>
internal interface ISourceVisitor<out T>
{
    T Visit<K, V>(SourceNode<K, V> source);
}

/// <summary>Reads keys and values and tells their time.</summary>
internal sealed class SourceNode<K, V>(ISerde<K>? keySerde, ISerde<V>? valueSerde, TimestampExtractor<K, V>? extractor) : SourceNode
{
    private readonly Pass _pass = new();
    private ISerde<K> _keys = null!;
    private ISerde<V> _values = null!;

    public override T Accept<T>(ISourceVisitor<T> visitor) => visitor.Visit(this);

    public override void AddChild(Node child, string childName) => _pass.AddChild(child, childName);

    /// <summary>Reads a record. False when it is to be left out: it cannot be read, and the application said to go on, or its time is negative.</summary>
    public bool TryRead(in RawRecord raw, string topic, int partition, long partitionTimeMs, IRawRecordSource source, out Record<K, V> record)
    {
        // Set before anything is read: a failure must be told with the record it belongs to.
        var working = (Task.Current, Task.Raw);
        Task.Current = new RecordContext(topic, partition, raw.Offset, raw.TimestampMs, raw.Headers);
        Task.Raw = source;
        try
        {
            return TryDeserialize(raw, out record) && TryTellTime(raw, partitionTimeMs, ref record);
        }
        finally
        {
            (Task.Current, Task.Raw) = working;
        }
    }

    /// <summary>Sends a record through the topology.</summary>
    public void Enter(in Record<K, V> record) => _pass.Enter(record);

    protected override void Started()
    {
        _keys = Task.Settings.Serdes.Require(keySerde, $"Source '{Name}', key");
        _values = Task.Settings.Serdes.Require(valueSerde, $"Source '{Name}', value");
    }

    private bool TryDeserialize(in RawRecord raw, out Record<K, V> record)
    {
        record = default;
        var headers = raw.Headers ?? (Task.NeedsHeaders ? new Headers() : null);
        try
        {
            var key = raw.Key.IsPresent ? _keys.Deserialize(raw.Key.Span) : default;
            var value = raw.Value.IsPresent ? _values.Deserialize(raw.Value.Span) : default;
            record = new Record<K, V>(key, raw.Key.IsPresent && key is not null, value, raw.Value.IsPresent && value is not null, raw.TimestampMs, headers);
            return true;
        }
        catch (Exception problem) when (FailurePolicy.IsOpen(problem))
        {
            Task.Failures.OfDeserialization(Name, problem);
            return false;
        }
    }

    private bool TryTellTime(in RawRecord raw, long partitionTimeMs, ref Record<K, V> record)
    {
        var time = TimeOf(raw, partitionTimeMs, record);
        if (time < 0)
        {
            Task.CountDropped();
            return false;
        }

        record = new Record<K, V>(record.Key, record.HasKey, record.Value, record.HasValue, time, record.HeadersOrNull);
        return true;
    }

    private long TimeOf(in RawRecord raw, long partitionTimeMs, in Record<K, V> record)
    {
        if (extractor is not null)
        {
            var metadata = new RecordMetadata(Task.Current.Topic!, Task.Current.Partition, raw.Offset);
            return extractor(new SourceRecord<K, V>(record.Key, record.Value, raw.TimestampMs, metadata, raw.Headers ?? new Headers()), partitionTimeMs);
        }

        var policy = Task.Settings.Timestamps;
        if (policy == TimestampPolicy.WallClock)
            return Task.WallClockMs;

        if (raw.TimestampMs >= 0 || policy == TimestampPolicy.LogAndSkipOnInvalid)
            return raw.TimestampMs;

        if (policy == TimestampPolicy.UsePartitionTimeOnInvalid && partitionTimeMs >= 0)
            return partitionTimeMs;

        throw new StreamsException(
            $"The record of {Task.Current.Topic}-{Task.Current.Partition} at offset {raw.Offset} has the negative timestamp {raw.TimestampMs}. Set another TimestampPolicy, or give its source a timestamp extractor.");
    }

    // The children of a source, reached without an error handler of the source's own: it has no code that could fail.
    private sealed class Pass : Node<K, V, K, V>
    {
        public void Enter(in Record<K, V> record) => Forward(record);

        protected override void Process(in Record<K, V> record) => Forward(record);
    }
}
