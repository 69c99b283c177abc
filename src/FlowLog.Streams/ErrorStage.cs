namespace FlowLog.Streams;

/// <summary>What was being done to a record when it failed.</summary>
public enum ErrorStage
{
    /// <summary>Reading its key or value from bytes.</summary>
    Deserialization,

    /// <summary>Processing it, in an operator, a processor or a punctuation.</summary>
    Processing,

    /// <summary>Writing its key or value to bytes for a topic.</summary>
    Serialization,

    /// <summary>Sending it: the cluster did not take it.</summary>
    Production,
}
