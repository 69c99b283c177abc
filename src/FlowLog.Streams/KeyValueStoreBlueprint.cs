using FlowLog.Client.Serialization;
using FlowLog.Streams.State;
using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams;

/// <summary>Describes a key-value store; see <see cref="Stores.KeyValue{K, V}(string)"/>.</summary>
public sealed record KeyValueStoreBlueprint<K, V> : StoreBlueprint
    where K : notnull
{
    internal KeyValueStoreBlueprint(string name)
        : base(name)
    {
    }

    /// <summary>Serde of the keys; null finds one by type.</summary>
    public ISerde<K>? Key { get; init; }

    /// <summary>Serde of the values; null finds one by type.</summary>
    public ISerde<V>? Value { get; init; }

    internal override StateStore Create(StoreEnvironment environment)
    {
        var keys = environment.Serdes.Require(Key, $"Store '{Name}', key");
        var values = environment.Serdes.Require(Value, $"Store '{Name}', value");
        var rows = environment.OpenRows(this, timestamped: false);
        return new PlainKeyValueStore<K, V>(Name, keys, values, rows, Caching ? environment.Cache : null);
    }
}
