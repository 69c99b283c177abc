using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>All configs that were set while the cluster ran, by resource.</summary>
internal sealed record ConfigsImage(ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> ByResource)
{
    private static readonly ImmutableSortedDictionary<string, string> s_nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Nothing was set.</summary>
    public static ConfigsImage Empty { get; } = new(ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty);

    /// <summary>What was set for one resource, by ascending key.</summary>
    public ImmutableSortedDictionary<string, string> Of(ConfigResource resource) => ByResource.GetValueOrDefault(resource, s_nothing);

    /// <summary>One value, null when it was not set.</summary>
    public string? Find(ConfigResource resource, string name) => ByResource.TryGetValue(resource, out var configs) ? configs.GetValueOrDefault(name) : null;

    /// <summary>With one value set, or removed when <paramref name="value"/> is null.</summary>
    public ConfigsImage With(ConfigResource resource, string name, string? value)
    {
        var configs = Of(resource);
        configs = value is null ? configs.Remove(name) : configs.SetItem(name, value);
        return new ConfigsImage(configs.IsEmpty ? ByResource.Remove(resource) : ByResource.SetItem(resource, configs));
    }

    /// <summary>With all values of one resource in the place of those it had.</summary>
    public ConfigsImage WithAll(ConfigResource resource, ImmutableSortedDictionary<string, string> configs) => new(ByResource.SetItem(resource, configs));

    /// <summary>Without anything about one resource.</summary>
    public ConfigsImage Without(ConfigResource resource) => new(ByResource.Remove(resource));
}
