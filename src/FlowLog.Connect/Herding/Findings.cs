namespace FlowLog.Connect.Herding;

/// <summary>The findings of a validation while they are being collected.</summary>
internal sealed class Findings(IReadOnlyList<ConfigFinding> first)
{
    private readonly List<ConfigFinding> _all = [.. first];

    public IReadOnlyList<ConfigFinding> All => _all;

    public IEnumerable<string> Groups() => _all.Select(finding => finding.Key.Group).OfType<string>().Distinct();

    public bool Knows(string key) => IndexOf(key) >= 0;

    /// <summary>Whether something is wrong with a key.</summary>
    public bool Has(string key) => IndexOf(key) is >= 0 and var index && _all[index].Problems.Count > 0;

    public void AddRange(IEnumerable<ConfigFinding> findings)
    {
        foreach (var finding in findings)
            Add(finding);
    }

    /// <summary>Adds a key, unless it is there: the first definition of a key is the one that forms show.</summary>
    public void Add(ConfigFinding finding)
    {
        var index = IndexOf(finding.Key.Name);
        if (index < 0)
            _all.Add(finding);
        else
            _all[index] = _all[index] with { Problems = [.. _all[index].Problems.Union(finding.Problems)] };
    }

    /// <summary>Adds a problem to a key that is there; to the connector's class otherwise.</summary>
    public void Add(string key, string problem)
    {
        var index = IndexOf(key);
        if (index < 0)
            index = IndexOf(Workers.ConnectorKeys.Class);
        _all[index] = _all[index].With(problem);
    }

    public void Replace(ConfigFinding finding) => _all[IndexOf(finding.Key.Name)] = finding;

    /// <summary>What a key means when nothing is given.</summary>
    public void Default(string key, string value)
    {
        var finding = _all[IndexOf(key)];
        Replace(finding with { Key = finding.Key with { Default = value }, Value = finding.Value ?? value });
    }

    public void Recommend(string key, IReadOnlyList<string> values)
    {
        var finding = _all[IndexOf(key)];
        Replace(finding with { Key = finding.Key with { Recommended = values } });
    }

    private int IndexOf(string key) => _all.FindIndex(finding => finding.Key.Name == key);
}
