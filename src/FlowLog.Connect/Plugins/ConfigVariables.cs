using System.Text.RegularExpressions;

namespace FlowLog.Connect.Plugins;

/// <summary>
/// Replaces the variables <c>${provider:path:key}</c> and <c>${provider:key}</c> of configurations by what the worker's providers say.
/// Variables of providers that the worker does not have stay as they stand, as do keys that are not there.
/// </summary>
internal sealed partial class ConfigVariables(IReadOnlyDictionary<string, IConfigProvider> providers)
{
    /// <summary>Makes the providers that a worker's configuration names.</summary>
    public static ConfigVariables Create(ConnectWorkerOptions options, PluginCatalog plugins)
    {
        var providers = new Dictionary<string, IConfigProvider>(StringComparer.Ordinal);
        foreach (var name in options.ConfigProviders)
        {
            var className = options.Properties.GetValueOrDefault($"config.providers.{name}.class", "");
            if (!plugins.TryFind(PluginKind.ConfigProvider, className, out var plugin))
                throw new ConfigException(ConfigRules.Invalid($"config.providers.{name}.class", className, plugins.Unknown(PluginKind.ConfigProvider, className)));

            var provider = (IConfigProvider)plugin.Create();
            provider.Configure(options.Under($"config.providers.{name}.param."));
            providers[name] = provider;
        }

        return new ConfigVariables(providers);
    }

    /// <summary>The configuration with its variables replaced.</summary>
    public Dictionary<string, string> Resolve(IReadOnlyDictionary<string, string> properties)
    {
        var resolved = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties)
            resolved[name] = providers.Count == 0 ? value : Variable().Replace(value, Lookup);

        return resolved;
    }

    /// <summary>A task's configuration with the variables of its connector put back, so that no secret reaches the config topic.</summary>
    public static Dictionary<string, string> Unresolve(
        IReadOnlyDictionary<string, string> task, IReadOnlyDictionary<string, string> connector, IReadOnlyDictionary<string, string> resolved)
    {
        var raw = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in task)
        {
            var isResolved = connector.TryGetValue(name, out var written) && resolved[name] == value;
            raw[name] = isResolved ? written! : value;
        }

        return raw;
    }

    /// <summary>Whether a value holds a variable that was replaced: such a value must not be shown.</summary>
    public bool IsVariable(string value) =>
        Variable().Matches(value).Any(match => providers.ContainsKey(match.Groups["provider"].Value));

    private string Lookup(Match match) =>
        providers.TryGetValue(match.Groups["provider"].Value, out var provider)
            ? provider.Lookup(match.Groups["path"].Value, match.Groups["key"].Value) ?? match.Value
            : match.Value;

    [GeneratedRegex(@"\$\{(?<provider>[^}:]*?):((?<path>[^}:]*?):)?(?<key>[^}]*?)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
