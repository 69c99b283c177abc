namespace FlowLog.Streams;

/// <summary>A store that processors keep state in. It belongs to one task and is used only while a record or punctuation of that task is processed.</summary>
public interface IStateStore
{
    /// <summary>Name, unique in the topology.</summary>
    string Name { get; }

    /// <summary>Whether its rows survive the process. All stores with a changelog survive the machine.</summary>
    bool IsPersistent { get; }
}
