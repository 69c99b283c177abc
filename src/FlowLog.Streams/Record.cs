namespace FlowLog.Streams;

/// <summary>
/// One record on its way through the topology. A value of its own: nodes hand on changed copies. Key and value may be absent
/// (<see cref="HasKey"/>, <see cref="HasValue"/>); an absent value is a deletion wherever the record means a row.
/// </summary>
public readonly struct Record<K, V>
{
    private readonly Headers? _headers;

    /// <summary>A record with key and value; null means absent.</summary>
    /// <exception cref="ArgumentException">The timestamp is negative.</exception>
    public Record(K? key, V? value, DateTimeOffset timestamp, Headers? headers = null)
        : this(key, value, timestamp.ToUnixTimeMilliseconds(), headers)
    {
    }

    /// <summary>A record with key and value and a timestamp in milliseconds since 1970; null means absent.</summary>
    /// <exception cref="ArgumentException">The timestamp is negative.</exception>
    public Record(K? key, V? value, long timestampMs, Headers? headers = null)
        : this(key, key is not null, value, value is not null, timestampMs, headers)
    {
        if (timestampMs < 0)
            throw new ArgumentException($"A record cannot have the negative timestamp {timestampMs}.", nameof(timestampMs));
    }

    internal Record(K? key, bool hasKey, V? value, bool hasValue, long timestampMs, Headers? headers)
    {
        Key = key;
        HasKey = hasKey;
        Value = value;
        HasValue = hasValue;
        TimestampMs = timestampMs;
        _headers = headers;
    }

    /// <summary>Whether the functions of a topology, which take plain values, can be handed an absent <typeparamref name="V"/>: as null.</summary>
    internal static bool ValueCanBeNull => default(V) is null;

    /// <summary>The same for keys.</summary>
    internal static bool KeyCanBeNull => default(K) is null;

    /// <summary>The key; <c>default</c> where it is absent.</summary>
    public K? Key { get; }

    /// <summary>Whether there is a key.</summary>
    public bool HasKey { get; }

    /// <summary>The value; <c>default</c> where it is absent.</summary>
    public V? Value { get; }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>Event time in milliseconds since 1970, never negative.</summary>
    public long TimestampMs { get; }

    /// <summary>Event time.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(TimestampMs);

    /// <summary>The headers, to read and to change: the nodes that get this record after this one see the change.</summary>
    public Headers Headers => _headers ?? new Headers();

    internal Headers? HeadersOrNull => _headers;

    /// <summary>Whether a function over the value can be called: there is one, or its absence can be told as null.</summary>
    internal bool ValueIsTellable => HasValue || ValueCanBeNull;

    /// <summary>The same for key and value.</summary>
    internal bool IsTellable => (HasValue || ValueCanBeNull) && (HasKey || KeyCanBeNull);

    /// <summary>The same record with another value; null is absent. Its headers change on their own from here.</summary>
    public Record<K, V2> WithValue<V2>(V2? value) => new(Key, HasKey, value, value is not null, TimestampMs, _headers?.Copy());

    /// <summary>The same record with another key; null is absent. Its headers change on their own from here.</summary>
    public Record<K2, V> WithKey<K2>(K2? key) => new(key, key is not null, Value, HasValue, TimestampMs, _headers?.Copy());

    internal Record<K2, V2> With<K2, V2>(K2? key, V2? value) => new(key, key is not null, value, value is not null, TimestampMs, _headers?.Copy());

    internal Record<K, V2> With<V2>(V2? value, long timestampMs) => new(Key, HasKey, value, value is not null, timestampMs, _headers?.Copy());

    internal Record<K, V> WithOwnHeaders() => _headers is null ? new(Key, HasKey, Value, HasValue, TimestampMs, new Headers()) : this;

    /// <summary>The same record without value. Its headers change on their own from here.</summary>
    public Record<K, V2> WithoutValue<V2>() => new(Key, HasKey, default, false, TimestampMs, _headers?.Copy());

    /// <summary>The same record at another time, in milliseconds since 1970. Its headers change on their own from here.</summary>
    public Record<K, V> WithTimestamp(long timestampMs) =>
        timestampMs >= 0
            ? new(Key, HasKey, Value, HasValue, timestampMs, _headers?.Copy())
            : throw new ArgumentException($"A record cannot have the negative timestamp {timestampMs}.", nameof(timestampMs));

    /// <summary>The same record at another time. Its headers change on their own from here.</summary>
    public Record<K, V> WithTimestamp(DateTimeOffset timestamp) => WithTimestamp(timestamp.ToUnixTimeMilliseconds());

    /// <summary>The same record with these headers, copied.</summary>
    public Record<K, V> WithHeaders(Headers headers) => new(Key, HasKey, Value, HasValue, TimestampMs, headers.Copy());

    /// <inheritdoc/>
    public override string ToString() => $"{(HasKey ? Key : "(absent)")} = {(HasValue ? Value : "(absent)")} @ {TimestampMs}";
}
