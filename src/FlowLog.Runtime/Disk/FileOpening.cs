namespace FlowLog.Runtime.Disk;

/// <summary>What must be true of a file before it is opened, and what may be done with it afterwards.</summary>
public enum FileOpening
{
    /// <summary>It exists; read and write.</summary>
    Existing,

    /// <summary>It exists; read only.</summary>
    ReadOnly,

    /// <summary>It does not exist and is created empty; read and write.</summary>
    New,

    /// <summary>It is created empty unless it exists; read and write, content is kept.</summary>
    ExistingOrNew,
}
