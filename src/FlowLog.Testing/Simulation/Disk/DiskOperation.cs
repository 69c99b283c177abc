namespace FlowLog.Testing.Simulation.Disk;

/// <summary>What a simulated disk can be made to fail at.</summary>
public enum DiskOperation
{
    /// <summary>Opening or creating a file.</summary>
    Open,

    /// <summary>Reading from a file.</summary>
    Read,

    /// <summary>Writing to a file; the first half of the bytes is written before it fails.</summary>
    Write,

    /// <summary>Changing a file's length, or reserving room for it.</summary>
    SetLength,

    /// <summary>Syncing a file; what was waiting for it never becomes durable, as with a real page cache.</summary>
    Sync,

    /// <summary>Renaming a file or folder.</summary>
    Rename,

    /// <summary>Deleting a file or folder.</summary>
    Delete,

    /// <summary>Creating a folder.</summary>
    CreateDirectory,

    /// <summary>Syncing a folder.</summary>
    SyncDirectory,
}
