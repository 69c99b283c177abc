using System.Runtime.CompilerServices;
using FlowLog.Client.Serialization;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming;

/// <summary>Reads keys and values of given types through an <see cref="IConsumer"/>.</summary>
/// <param name="consumer">What reads; stays the caller's to subscribe, commit with, and dispose of.</param>
/// <param name="keySerde">Reads keys.</param>
/// <param name="valueSerde">Reads values.</param>
public sealed class TypedConsumer<TKey, TValue>(IConsumer consumer, ISerde<TKey> keySerde, ISerde<TValue> valueSerde)
{
    private static readonly TimeSpan s_longPoll = TimeSpan.FromSeconds(1);

    /// <summary>All records from here on. A record that cannot be read ends the enumeration with a <see cref="SerializationException"/>.</summary>
    public async IAsyncEnumerable<ConsumedRecord<TKey, TValue>> ConsumeAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        List<ConsumedRecord<TKey, TValue>> records = [];
        while (true)
        {
            using (var polled = await consumer.PollAsync(s_longPoll, cancellation))
                Read(polled, records);

            foreach (var record in records)
                yield return record;
            records.Clear();
        }
    }

    private void Read(PolledBatches polled, List<ConsumedRecord<TKey, TValue>> into)
    {
        foreach (var batch in polled)
            foreach (var record in batch)
                into.Add(Read(batch, record));
    }

    /// <summary>Reads one record of a batch.</summary>
    public ConsumedRecord<TKey, TValue> Read(ConsumedBatch batch, in RecordView record) => new(
        batch.Partition, record.Offset, record.Timestamp,
        record.Key.IsPresent, record.Key.IsPresent ? keySerde.Deserialize(record.Key.Span) : default,
        record.Value.IsPresent, record.Value.IsPresent ? valueSerde.Deserialize(record.Value.Span) : default);
}

/// <summary>A record with its key and value read.</summary>
/// <param name="Partition">Where it lies.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Timestamp">Milliseconds since 1970; -1 for none.</param>
/// <param name="HasKey">False when the key is null on the wire; then <paramref name="Key"/> is the type's default.</param>
/// <param name="Key">The key.</param>
/// <param name="HasValue">False for a tombstone; then <paramref name="Value"/> is the type's default.</param>
/// <param name="Value">The value.</param>
public readonly record struct ConsumedRecord<TKey, TValue>(
    TopicPartition Partition, long Offset, long Timestamp, bool HasKey, TKey? Key, bool HasValue, TValue? Value);
