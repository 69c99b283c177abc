namespace FlowLog.Streams;

/// <summary>Descriptions of stores for processors; change what they say with <c>with</c>.</summary>
public static class Stores
{
    /// <summary>Rows by key.</summary>
    public static KeyValueStoreBlueprint<K, V> KeyValue<K, V>(string name)
        where K : notnull => new(name);

    /// <summary>Rows by key, each with the time of its last change, as tables keep them.</summary>
    public static TimestampedKeyValueStoreBlueprint<K, V> TimestampedKeyValue<K, V>(string name)
        where K : notnull => new(name);
}
