using FlowLog.Connect.Plugins;

namespace FlowLog.Connect.Transforms;

/// <summary>The transforms of a connector in the order listed, each with the predicate that decides whether it applies.</summary>
internal sealed class TransformChain
{
    private readonly IReadOnlyList<Link> _links;

    private TransformChain(IReadOnlyList<Link> links) => _links = links;

    public static TransformChain Empty { get; } = new([]);

    public bool IsEmpty => _links.Count == 0;

    /// <summary>Builds the chain from a connector's configuration, which was validated before.</summary>
    public static TransformChain Build(IReadOnlyDictionary<string, string> properties, PluginCatalog plugins)
    {
        var predicates = new Dictionary<string, IPredicate>(StringComparer.Ordinal);
        foreach (var alias in Aliases(properties, "predicates"))
            predicates[alias] = Create<IPredicate>(PluginKind.Predicate, $"predicates.{alias}.", properties, plugins);

        var links = new List<Link>();
        foreach (var alias in Aliases(properties, "transforms"))
        {
            var prefix = $"transforms.{alias}.";
            IPredicate? predicate = null;
            if (properties.TryGetValue(prefix + "predicate", out var name) && !predicates.TryGetValue(name.Trim(), out predicate))
                throw new ConfigException($"Transform '{alias}' names the predicate '{name}', which is not defined.");

            var negate = properties.TryGetValue(prefix + "negate", out var text) && text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
            links.Add(new Link(alias, Create<ITransform>(PluginKind.Transformation, prefix, properties, plugins), predicate, negate));
        }

        return new TransformChain(links);
    }

    /// <summary>The record after all transforms; null when one dropped it.</summary>
    public ConnectRecord? Apply(ConnectRecord record)
    {
        var current = record;
        foreach (var link in _links)
        {
            if (link.Predicate is not null && link.Predicate.Test(current) == link.Negate)
                continue;
            if (link.Transform.Apply(current) is not { } changed)
                return null;
            current = changed;
        }

        return current;
    }

    private static IReadOnlyList<string> Aliases(IReadOnlyDictionary<string, string> properties, string key) =>
        properties.TryGetValue(key, out var text) ? ConfigText.SplitList(text) : [];

    private static T Create<T>(PluginKind kind, string prefix, IReadOnlyDictionary<string, string> properties, PluginCatalog plugins)
        where T : IConfigurable
    {
        var type = properties.GetValueOrDefault(prefix + "type", "");
        if (!plugins.TryFind(kind, type, out var plugin))
            throw new ConfigException(ConfigRules.Invalid(prefix + "type", type, plugins.Unknown(kind, type)));

        var part = (T)plugin.Create();
        var own = Prefixed.Under(properties, prefix);
        foreach (var reserved in (string[])["type", "predicate", "negate"])
            own.Remove(reserved);
        part.Configure(own);
        return part;
    }

    private sealed record Link(string Alias, ITransform Transform, IPredicate? Predicate, bool Negate);
}
