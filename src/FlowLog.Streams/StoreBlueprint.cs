using FlowLog.Streams.State;

namespace FlowLog.Streams;

/// <summary>Describes a store; each task makes its own from it. Vary one with <c>with</c>.</summary>
public abstract record StoreBlueprint
{
    private protected StoreBlueprint(string name) => Name = name;

    /// <summary>Name, unique in the topology; part of the changelog's name.</summary>
    public string Name { get; init; }

    /// <summary>Where rows are kept; null takes the application's default.</summary>
    public StoreKind? Kind { get; init; }

    /// <summary>Whether changes are held back in the record cache until a commit, so that only the last of each row is logged. Off by default.</summary>
    public bool Caching { get; init; }

    /// <summary>Whether changes go to a changelog topic, from which the store is built again elsewhere. On by default; off means the rows can be lost.</summary>
    public bool Logging { get; init; } = true;

    /// <summary>Settings of the changelog topic, by Kafka's names, over the defaults of this kind of store.</summary>
    public IReadOnlyDictionary<string, string> ChangelogConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings that a changelog of this kind of store has.</summary>
    internal virtual IReadOnlyDictionary<string, string> DefaultChangelogConfig { get; } =
        new Dictionary<string, string> { ["cleanup.policy"] = "compact", ["message.timestamp.type"] = "CreateTime" };

    internal abstract StateStore Create(StoreEnvironment environment);
}
