using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.State;

/// <summary>A store of a task, from the side of the task: what restoring, committing and closing need.</summary>
internal abstract class StateStore(string name) : IStateStore
{
    public string Name { get; } = name;

    public abstract bool IsPersistent { get; }

    /// <summary>Bytes of changes that wait for the next commit.</summary>
    public abstract long UncommittedBytes { get; }

    /// <summary>Offset in the changelog up to which the store is complete; null when it must be built from the start.</summary>
    public abstract long? ReadPosition();

    /// <summary>Turns a changelog record into a row to restore; a null value is a deletion.</summary>
    public abstract void ToRestore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDeletion, long timestampMs, RestoreRows rows);

    /// <summary>Takes restored rows, which reach up to that changelog offset.</summary>
    public abstract void Restore(RestoreRows rows, long changelogPosition);

    /// <summary>Hands on what the record cache holds.</summary>
    public abstract void FlushCache();

    /// <summary>Makes the changes since the last commit permanent.</summary>
    public abstract void Commit(long? changelogPosition);

    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Closes without committing.</summary>
    public abstract void Close();
}
