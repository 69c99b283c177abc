namespace FlowLog.Protocol.Compression;

/// <summary>Why bytes could not be decompressed.</summary>
public enum DecompressionProblem
{
    /// <summary>They could.</summary>
    None,

    /// <summary>They are not what the codec writes, or end too early.</summary>
    Malformed,

    /// <summary>They would grow beyond the budget.</summary>
    OverBudget,

    /// <summary>There is no such codec.</summary>
    UnknownCodec,
}
