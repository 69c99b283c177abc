using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;
using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams.State;

/// <summary>What a task gives to a store that it opens.</summary>
internal sealed class StoreEnvironment
{
    public required IStoreHost Host { get; init; }

    public required RecordCache Cache { get; init; }

    public required SerdeSource Serdes { get; init; }

    public required StoreKind DefaultKind { get; init; }

    /// <summary>Opens rows that outlive the process, by name of the store.</summary>
    public required Func<string, BytesStore> OpenPersistent { get; init; }

    /// <summary>The changelog of a store, by its name.</summary>
    public required Func<string, IChangelog?> Changelog { get; init; }

    public RowStore OpenRows(StoreBlueprint store, bool timestamped)
    {
        var rows = (store.Kind ?? DefaultKind) == StoreKind.InMemory ? new MemoryBytesStore() : OpenPersistent(store.Name);
        return new RowStore(rows, Host, store.Logging ? Changelog(store.Name) : null, timestamped);
    }
}
