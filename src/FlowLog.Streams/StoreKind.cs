namespace FlowLog.Streams;

/// <summary>Where a store keeps its rows.</summary>
public enum StoreKind
{
    /// <summary>In RocksDB, under the state folder: more rows than memory, and a restart reads only what is new.</summary>
    Persistent,

    /// <summary>In memory: read back from the changelog at each start.</summary>
    InMemory,
}
