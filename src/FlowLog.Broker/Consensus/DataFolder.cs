namespace FlowLog.Broker.Consensus;

/// <summary>One log directory of this node.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Id">Its directory id.</param>
internal sealed record DataFolder(string Path, Guid Id);
