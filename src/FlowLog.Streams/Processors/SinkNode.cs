using FlowLog.Client.Serialization;
using FlowLog.Protocol.Records;
using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.Processors;

/// <summary>Writes records to a topic.</summary>
internal sealed class SinkNode<K, V>(TopicChooser<K, V> topic, ISerde<K>? keySerde, ISerde<V>? valueSerde, StreamPartitioner<K, V>? partitioner) : Node<K, V>
{
    private readonly ByteBuffer _keyBytes = new();
    private readonly ByteBuffer _valueBytes = new();
    private ISerde<K> _keys = null!;
    private ISerde<V> _values = null!;

    public override void AddChild(Node child, string childName) => throw new StreamsTopologyException($"'{Name}' is a sink: '{childName}' cannot come behind it.");

    protected override void Started()
    {
        _keys = Task.Settings.Serdes.Require(keySerde, $"Sink '{Name}', key");
        _values = Task.Settings.Serdes.Require(valueSerde, $"Sink '{Name}', value");
    }

    protected override void Process(in Record<K, V> record)
    {
        var target = topic(record.Key, record.Value, Info(record));
        if (!TryWrite(record, target))
            return;

        var key = record.HasKey ? _keyBytes.Written : default(NullableBytes);
        var value = record.HasValue ? _valueBytes.Written : default(NullableBytes);
        var chosen = partitioner?.Invoke(target, record.Key, record.Value, Task.Output.PartitionCount(target));
        if (chosen is null)
            Task.Output.Send(target, null, key, value, record.TimestampMs, record.HeadersOrNull, Task.Origin(Name));
        else
            SendToEach(chosen, target, key, value, record);
    }

    private void SendToEach(IReadOnlyCollection<int> partitions, string target, NullableBytes key, NullableBytes value, in Record<K, V> record)
    {
        if (partitions.Count == 0)
            Task.CountDropped();

        foreach (var partition in partitions)
            Task.Output.Send(target, partition, key, value, record.TimestampMs, record.HeadersOrNull, Task.Origin(Name));
    }

    private RecordInfo Info(in Record<K, V> record)
    {
        var current = Task.Current;
        RecordMetadata? metadata = current.Topic is null ? null : new RecordMetadata(current.Topic, current.Partition, current.Offset);
        return new RecordInfo(metadata, record.TimestampMs, record.HeadersOrNull ?? current.Headers ?? new Headers());
    }

    private bool TryWrite(in Record<K, V> record, string target)
    {
        var isKey = true;
        try
        {
            _keyBytes.Clear();
            _valueBytes.Clear();
            if (record.HasKey)
                _keys.Serialize(record.Key!, _keyBytes);

            isKey = false;
            if (record.HasValue)
                _values.Serialize(record.Value!, _valueBytes);

            return true;
        }
        catch (Exception problem) when (FailurePolicy.IsOpen(problem))
        {
            Task.Failures.OfSerialization(Name, target, isKey, record.HasKey ? record.Key : null, record.HasValue ? record.Value : null, record.TimestampMs, problem);
            return false;
        }
    }
}
