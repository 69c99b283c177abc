namespace FlowLog.Streams.State.Bytes;

/// <summary>Rows that changed above another layer of rows and hide what is there.</summary>
internal interface IRowChanges
{
    /// <summary>Keys of what changed, in order.</summary>
    OrderedKeys ChangedKeys();

    /// <summary>The row of a changed key; null where it was deleted.</summary>
    byte[]? ChangedRow(byte[] key);
}
