using System.Buffers;
using FlowLog.Client.Serialization;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>Sends keys and values of given types through an <see cref="IProducer"/>. Null keys and values are null on the wire.</summary>
/// <param name="producer">What sends; stays the caller's to dispose of.</param>
/// <param name="keySerde">Writes keys.</param>
/// <param name="valueSerde">Writes values.</param>
public sealed class TypedProducer<TKey, TValue>(IProducer producer, ISerde<TKey> keySerde, ISerde<TValue> valueSerde)
{
    /// <summary>As <see cref="IProducer.TryProduce"/>.</summary>
    public bool TryProduce(string topic, TKey? key, TValue? value, DeliveryHandler? handler = null, object? state = null) =>
        producer.TryProduce(Record(topic, key, value, null, []), handler, state);

    /// <summary>As <see cref="IProducer.ProduceAsync"/>.</summary>
    public ValueTask ProduceAsync(
        string topic, TKey? key, TValue? value, DeliveryHandler? handler = null, object? state = null, CancellationToken cancellation = default) =>
        producer.ProduceAsync(Record(topic, key, value, null, []), handler, state, cancellation);

    /// <summary>As <see cref="IProducer.SendAsync"/>.</summary>
    public ValueTask<DeliveryReport> SendAsync(
        string topic, TKey? key, TValue? value, long? timestamp = null, ReadOnlySpan<RecordHeader> headers = default, CancellationToken cancellation = default) =>
        producer.SendAsync(Record(topic, key, value, timestamp, headers), cancellation);

    private OutgoingRecord Record(string topic, TKey? key, TValue? value, long? timestamp, ReadOnlySpan<RecordHeader> headers) => new(topic)
    {
        Key = Bytes(keySerde, key, SerializeBuffer.ForKey()),
        Value = Bytes(valueSerde, value, SerializeBuffer.ForValue()),
        Timestamp = timestamp,
        Headers = headers,
    };

    private static NullableBytes Bytes<T>(ISerde<T> serde, T? value, ArrayBufferWriter<byte> buffer)
    {
        if (value is null)
            return NullableBytes.Null;

        serde.Serialize(value, buffer);
        return buffer.WrittenSpan;
    }
}
