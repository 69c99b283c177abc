using FlowLog.Client.Serialization;

namespace FlowLog.Streams;

/// <summary>How the result of an operator is stored. A text stands for a store of that name: <c>Count("word-counts")</c>.</summary>
public sealed record Store<K, V>
    where K : notnull
{
    /// <summary>A store without a name of its own: one is generated, and changes when operators are put in front of it.</summary>
    public Store()
    {
    }

    /// <summary>A store of that name.</summary>
    public Store(string? name) => Name = name;

    /// <summary>Name, unique in the topology; its rows can be read from outside under it.</summary>
    public string? Name { get; init; }

    /// <summary>Where rows are kept; null takes the application's default.</summary>
    public StoreKind? Kind { get; init; }

    /// <summary>Whether only the last change of each row between two commits is logged and forwarded; on by default.</summary>
    public bool Caching { get; init; } = true;

    /// <summary>Whether there is a changelog topic; on by default.</summary>
    public bool Logging { get; init; } = true;

    /// <summary>Settings of the changelog topic, by Kafka's names.</summary>
    public IReadOnlyDictionary<string, string> ChangelogConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Serde of the keys; null inherits or finds one.</summary>
    public ISerde<K>? Key { get; init; }

    /// <summary>Serde of the rows; null inherits or finds one.</summary>
    public ISerde<V>? Value { get; init; }

    /// <summary>A store of that name.</summary>
    public static implicit operator Store<K, V>(string name) => new(name);

    internal TimestampedKeyValueStoreBlueprint<K, V> ToBlueprint(string name, ISerde<K>? key, ISerde<V>? value) => new(name)
    {
        Kind = Kind, Caching = Caching, Logging = Logging, ChangelogConfig = ChangelogConfig, Key = Key ?? key, Value = Value ?? value,
    };
}
