namespace FlowLog.Streams;

/// <summary>Rows to read and change. Every change goes to the store's changelog.</summary>
public interface IKeyValueStore<K, V> : IReadOnlyKeyValueStore<K, V>, IStateStore
    where K : notnull
{
    /// <summary>Sets a row; null deletes it.</summary>
    void Put(K key, V? value);

    /// <summary>Sets a row if there is none, and gives what is there otherwise.</summary>
    Maybe<V> PutIfAbsent(K key, V? value);

    /// <summary>Sets several rows.</summary>
    void PutAll(IEnumerable<KeyValuePair<K, V>> rows)
    {
        foreach (var (key, value) in rows)
            Put(key, value);
    }

    /// <summary>Deletes a row and gives what it was.</summary>
    Maybe<V> Delete(K key);
}
