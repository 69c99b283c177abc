namespace FlowLog.Streams.Processors.Tables;

/// <summary>What the rest of the topology wants of a table; settled when the topology is complete, read when its tasks are made.</summary>
internal sealed class TableTraits
{
    /// <summary>Somebody downstream needs to know what a row was before.</summary>
    public bool SendsOldValues { get; set; }

    /// <summary>The store of the table, or null where it keeps none.</summary>
    public string? Store { get; set; }
}
