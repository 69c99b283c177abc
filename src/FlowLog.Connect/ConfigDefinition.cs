using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Connect;

/// <summary>What a validation found out about one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The parsed value or the default; null when there is neither.</param>
/// <param name="Problems">Everything wrong with it; empty when nothing is.</param>
public sealed record ConfigFinding(ConfigKey Key, object? Value, IReadOnlyList<string> Problems)
{
    /// <summary>The same finding with one more problem.</summary>
    public ConfigFinding With(string problem) => this with { Problems = [.. Problems, problem] };
}

/// <summary>A problem of a configuration that concerns several keys or the outside world.</summary>
/// <param name="Key">The key at which forms show it.</param>
/// <param name="Sentence">What is wrong and what to write instead.</param>
public sealed record ConfigProblem(string Key, string Sentence);

/// <summary>A configuration that was refused; the message lists every problem.</summary>
public sealed class ConfigException : ConnectException
{
    /// <summary>One problem.</summary>
    public ConfigException(string problem)
        : this([problem])
    {
    }

    /// <summary>All problems at once.</summary>
    public ConfigException(IReadOnlyList<string> problems)
        : base(string.Join("\n", problems)) => Problems = problems;

    /// <summary>Each problem as a sentence.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>The keys of a configuration in the order in which forms show them. Keys that are not in it are not errors: other parts of Connect may know them.</summary>
public sealed class ConfigDefinition
{
    private readonly Dictionary<string, ConfigKey> _byName = new(StringComparer.Ordinal);

    /// <summary>A definition of these keys; none may appear twice.</summary>
    public ConfigDefinition(params IEnumerable<ConfigKey> keys)
    {
        Keys = [.. keys];
        foreach (var key in Keys)
        {
            if (!_byName.TryAdd(key.Name, key))
                throw new ConfigException($"Configuration {key.Name} is defined twice.");
        }
    }

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; }

    /// <summary>A definition without keys.</summary>
    public static ConfigDefinition Empty { get; } = new();

    /// <summary>Finds the key of this name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ConfigKey? key) => _byName.TryGetValue(name, out key);

    /// <summary>Looks at every key and says what was found; nothing is thrown.</summary>
    public IReadOnlyList<ConfigFinding> Validate(IReadOnlyDictionary<string, string> properties) =>
        [.. Keys.Select(key => Find(key, properties))];

    /// <summary>The parsed values; a <see cref="ConfigException"/> with all problems when there are any.</summary>
    public Config Parse(IReadOnlyDictionary<string, string> properties)
    {
        var findings = Validate(properties);
        var problems = findings.SelectMany(finding => finding.Problems).ToList();
        return problems.Count == 0
            ? new Config(findings.ToDictionary(finding => finding.Key.Name, finding => finding.Value, StringComparer.Ordinal), properties)
            : throw new ConfigException(problems);
    }

    private static ConfigFinding Find(ConfigKey key, IReadOnlyDictionary<string, string> properties)
    {
        var text = TextOf(key, properties);
        if (text is null)
        {
            if (key.IsRequired)
                return new ConfigFinding(key, null, [$"Missing required configuration \"{key.Name}\" which has no default value."]);

            return new ConfigFinding(key, key.Default, Ruled(key, key.Default));
        }

        var (value, problem) = ConfigText.Parse(key, text);
        return problem is null ? new ConfigFinding(key, value, Ruled(key, value)) : new ConfigFinding(key, null, [problem]);
    }

    private static string? TextOf(ConfigKey key, IReadOnlyDictionary<string, string> properties)
    {
        if (properties.TryGetValue(key.Name, out var text))
            return text;

        foreach (var alias in key.Aliases)
        {
            if (properties.TryGetValue(alias, out text))
                return text;
        }

        return null;
    }

    private static IReadOnlyList<string> Ruled(ConfigKey key, object? value) =>
        key.Rule?.Invoke(key.Name, value) is { } problem ? [problem] : [];
}
