namespace FlowLog.Broker.Inspection;

/// <summary>What <see cref="LogVerification"/> looked at and found.</summary>
public sealed class LogReport
{
    /// <summary>Of one kind of problem in one file no more than so many are listed: the first tells all.</summary>
    private const int MostPerFile = 20;

    private readonly List<Finding> _findings = [];

    /// <summary>Everything that was found, in the order of the folders.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Partitions that were looked at.</summary>
    public long Partitions { get; internal set; }

    /// <summary>Their segments.</summary>
    public long Segments { get; internal set; }

    /// <summary>Sound batches.</summary>
    public long Batches { get; internal set; }

    /// <summary>Records in them.</summary>
    public long Records { get; internal set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Whether something must not be as it is.</summary>
    public bool HasViolations => _findings.Exists(finding => finding.Kind == FindingKind.Violation);

    /// <summary>Whether something could not be told.</summary>
    public bool IsUncertain => _findings.Exists(finding => finding.Kind == FindingKind.Unknown);

    internal void Add(FindingKind kind, string file, long? position, string problem, string remedy)
    {
        if (_findings.Count(found => found.File == file && found.Kind == kind) < MostPerFile)
            _findings.Add(new Finding(kind, file, position, problem, remedy));
    }

    internal void Violation(string file, long? position, string problem, string remedy) => Add(FindingKind.Violation, file, position, problem, remedy);

    internal void Note(string file, string problem, string remedy = "") => Add(FindingKind.Note, file, null, problem, remedy);

    internal void Unknown(string file, string problem, string remedy) => Add(FindingKind.Unknown, file, null, problem, remedy);
}
