using System.Text;
using FlowLog.Runtime.Disk;

namespace FlowLog.Connect.Plugins;

/// <summary>Looks keys up in a properties file named by the path.</summary>
internal sealed class FileConfigProvider(IDisk disk) : IConfigProvider
{
    private AllowedPaths _allowed = AllowedPaths.All;

    public ConfigDefinition Definition => AllowedPaths.Definition;

    public void Configure(IReadOnlyDictionary<string, string> properties) => _allowed = AllowedPaths.From(properties);

    public string? Lookup(string path, string key)
    {
        if (!_allowed.Contain(path))
            return null;

        try
        {
            return PropertiesText.Read(Encoding.UTF8.GetString(disk.ReadAllBytes(path))).GetValueOrDefault(key);
        }
        catch (DiskException problem)
        {
            throw new ConfigException($"Could not read properties from file {path}: {problem.Message}");
        }
    }
}

/// <summary>Looks keys up as the names of files in a folder named by the path.</summary>
internal sealed class DirectoryConfigProvider(IDisk disk) : IConfigProvider
{
    private AllowedPaths _allowed = AllowedPaths.All;

    public ConfigDefinition Definition => AllowedPaths.Definition;

    public void Configure(IReadOnlyDictionary<string, string> properties) => _allowed = AllowedPaths.From(properties);

    public string? Lookup(string path, string key)
    {
        // A key is one name: anything else could lead out of the folder.
        if (!_allowed.Contain(path) || key.Contains('/', StringComparison.Ordinal) || key is "." or "..")
            return null;

        try
        {
            var file = Path.Combine(path, key);
            return disk.FileExists(file) ? Encoding.UTF8.GetString(disk.ReadAllBytes(file)) : null;
        }
        catch (DiskException problem)
        {
            throw new ConfigException($"Could not read file {key} for property of folder {path}: {problem.Message}");
        }
    }
}

/// <summary>Looks keys up in the environment of the worker.</summary>
internal sealed class EnvVarConfigProvider : IConfigProvider
{
    private System.Text.RegularExpressions.Regex? _allowed;

    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("allowlist.pattern", ConfigType.String, "Only variables whose whole name matches are given out.") { Rule = ConfigRules.Pattern });

    public void Configure(IReadOnlyDictionary<string, string> properties) =>
        _allowed = Definition.Parse(properties).NonEmptyText("allowlist.pattern") is { } pattern
            ? new System.Text.RegularExpressions.Regex($"^(?:{pattern})\\z")
            : null;

    public string? Lookup(string path, string key) =>
        path.Length == 0 && (_allowed?.IsMatch(key) ?? true) ? Environment.GetEnvironmentVariable(key) : null;
}

/// <summary>The folders and files that a provider may read.</summary>
internal sealed class AllowedPaths(IReadOnlyList<string>? paths)
{
    public static AllowedPaths All { get; } = new((IReadOnlyList<string>?)null);

    public static ConfigDefinition Definition { get; } = new(
        new ConfigKey("allowed.paths", ConfigType.List, "A comma separated list of paths that this config provider is allowed to access; all unless set."));

    public static AllowedPaths From(IReadOnlyDictionary<string, string> properties) =>
        new(Definition.Parse(properties)["allowed.paths"] is IReadOnlyList<string> { Count: > 0 } list ? [.. list.Select(Path.GetFullPath)] : null);

    public bool Contain(string path)
    {
        var full = Path.GetFullPath(path);
        return paths is null || paths.Any(allowed => full == allowed || full.StartsWith(allowed.TrimEnd('/') + "/", StringComparison.Ordinal));
    }
}
