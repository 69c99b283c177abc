using FlowLog.Client.Serialization;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;

namespace FlowLog.Streams.State.KeyValue;

/// <summary>Rows without time: the bytes of the value alone.</summary>
internal sealed class PlainKeyValueStore<K, V>(string name, ISerde<K> keys, ISerde<V> values, RowStore rows, RecordCache? cache)
    : KeyValueStoreBase<K, V>(name, keys, rows, cache)
    where K : notnull
{
    public override V ReadRow(ReadOnlySpan<byte> row) => values.Deserialize(row);

    public override void ToRestore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDeletion, long timestampMs, RestoreRows rows)
    {
        if (isDeletion)
            rows.Delete(key);
        else
            rows.Put(key, value);
    }

    protected override void WriteRow(V row, ByteBuffer target) => values.Serialize(row, target);
}
