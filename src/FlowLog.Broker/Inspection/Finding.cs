namespace FlowLog.Broker.Inspection;

/// <summary>How much a finding weighs.</summary>
public enum FindingKind
{
    /// <summary>Worth knowing and no fault: what the next start tidies up by itself.</summary>
    Note,

    /// <summary>Something that must not be.</summary>
    Violation,

    /// <summary>It could not be told whether all is well.</summary>
    Unknown,
}

/// <summary>Something that was found in a data folder.</summary>
/// <param name="Kind">How much it weighs.</param>
/// <param name="File">The file or folder.</param>
/// <param name="Position">The byte in it, null where it is about the whole.</param>
/// <param name="Problem">What is wrong, as a sentence.</param>
/// <param name="Remedy">What can be done about it, as a sentence; empty when nothing need be.</param>
public sealed record Finding(FindingKind Kind, string File, long? Position, string Problem, string Remedy);
