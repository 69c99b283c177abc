namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>What a writer was told about the end of its transaction.</summary>
internal enum Outcome
{
    /// <summary>No answer, or a death before it: whole or not at all, and nobody can say which.</summary>
    Unknown,
    Committed,
    Aborted,
}
