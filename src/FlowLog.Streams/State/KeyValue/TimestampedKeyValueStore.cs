using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using FlowLog.Client.Serialization;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;

namespace FlowLog.Streams.State.KeyValue;

/// <summary>Rows with time: eight bytes of milliseconds, big-endian, then the bytes of the value, as Kafka Streams lays them out.</summary>
internal sealed class TimestampedKeyValueStore<K, V>(string name, ISerde<K> keys, ISerde<V> values, RowStore rows, RecordCache? cache)
    : KeyValueStoreBase<K, ValueAndTimestamp<V>>(name, keys, rows, cache), ITimestampedKeyValueStore<K, V>
    where K : notnull
{
    private readonly ByteBuffer _restored = new();

    public bool TryGet(K key, [MaybeNullWhen(false)] out V value, out long timestampMs)
    {
        var found = TryGet(key, out var row);
        (value, timestampMs) = found ? (row.Value, row.TimestampMs) : (default, -1);
        return found;
    }

    public override ValueAndTimestamp<V> ReadRow(ReadOnlySpan<byte> row) =>
        new(values.Deserialize(row[sizeof(long)..]), BinaryPrimitives.ReadInt64BigEndian(row));

    public override void ToRestore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDeletion, long timestampMs, RestoreRows rows)
    {
        if (isDeletion)
        {
            rows.Delete(key);
            return;
        }

        WriteTime(timestampMs, _restored.Clear());
        _restored.Write(value);
        rows.Put(key, _restored.Written);
    }

    protected override void WriteRow(ValueAndTimestamp<V> row, ByteBuffer target)
    {
        WriteTime(row.TimestampMs, target);
        values.Serialize(row.Value, target);
    }

    protected override bool IsAbsent(ValueAndTimestamp<V> row) => row.Value is null;

    private static void WriteTime(long timestampMs, ByteBuffer target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target.GetSpan(sizeof(long)), timestampMs);
        target.Advance(sizeof(long));
    }
}
