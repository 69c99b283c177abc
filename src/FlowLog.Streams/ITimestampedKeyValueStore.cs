namespace FlowLog.Streams;

/// <summary>Rows with their time: what tables and aggregates are kept in.</summary>
public interface ITimestampedKeyValueStore<K, V> : IKeyValueStore<K, ValueAndTimestamp<V>>
    where K : notnull
{
    /// <summary>Sets a row with its time.</summary>
    void Put(K key, V value, long timestampMs) => Put(key, new ValueAndTimestamp<V>(value, timestampMs));
}
