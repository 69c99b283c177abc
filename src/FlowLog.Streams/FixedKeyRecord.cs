namespace FlowLog.Streams;

/// <summary>A record whose key stays what it is: it can only be made from another one.</summary>
public readonly struct FixedKeyRecord<K, V>
{
    internal FixedKeyRecord(in Record<K, V> inner) => Inner = inner;

    /// <summary>The key; default where absent.</summary>
    public K? Key => Inner.Key;

    /// <summary>Whether there is a key.</summary>
    public bool HasKey => Inner.HasKey;

    /// <summary>The value; default where absent.</summary>
    public V? Value => Inner.Value;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue => Inner.HasValue;

    /// <summary>Event time in milliseconds since 1970.</summary>
    public long TimestampMs => Inner.TimestampMs;

    /// <summary>The headers, to read and to change.</summary>
    public Headers Headers => Inner.Headers;

    internal Record<K, V> Inner { get; }

    /// <summary>The same record with another value; null is absent.</summary>
    public FixedKeyRecord<K, V2> WithValue<V2>(V2? value) => new(Inner.WithValue(value));

    /// <summary>The same record at another time.</summary>
    public FixedKeyRecord<K, V> WithTimestamp(long timestampMs) => new(Inner.WithTimestamp(timestampMs));

    /// <summary>The same record with these headers, copied.</summary>
    public FixedKeyRecord<K, V> WithHeaders(Headers headers) => new(Inner.WithHeaders(headers));
}
