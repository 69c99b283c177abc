using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace FlowLog.Connect.Plugins;

/// <summary>
/// The connectors, converters, transforms, predicates and config providers that configurations can name. Filled by the composition
/// root before a worker starts; what Kafka Connect ships is added by the worker itself.
/// </summary>
public sealed class PluginCatalog
{
    private readonly List<PluginDescription> _plugins = [];

    // A name that means two plugins means neither: null marks it.
    private readonly Dictionary<(PluginKind Kind, string Name), PluginDescription?> _byName = [];

    /// <summary>Every plugin: connectors first, each kind in the order of the names.</summary>
    public IReadOnlyList<PluginDescription> All => [.. _plugins.OrderBy(plugin => plugin.Kind).ThenBy(plugin => plugin.Name, StringComparer.Ordinal)];

    /// <summary>Adds a class by its <see cref="PluginAttribute"/>, or under its own name.</summary>
    public PluginCatalog Add<T>()
        where T : new() => Add(typeof(T), () => new T());

    /// <summary>Adds a plugin under names of its own.</summary>
    public PluginCatalog Add(PluginKind kind, Func<object> create, Type type, params IReadOnlyList<string> names) =>
        Add(new PluginDescription(kind, names, VersionOf(type), create));

    /// <summary>Adds every public class of an assembly that is a plugin and has a constructor without parameters.</summary>
    public PluginCatalog AddFrom(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes())
        {
            if (!type.IsAbstract && KindsOf(type).Any() && type.GetConstructor(Type.EmptyTypes) is not null)
                Add(type, () => Activator.CreateInstance(type)!);
        }

        return this;
    }

    /// <summary>Finds the plugin that a configuration names.</summary>
    public bool TryFind(PluginKind kind, string name, [NotNullWhen(true)] out PluginDescription? plugin) =>
        _byName.TryGetValue((kind, name), out plugin) && plugin is not null;

    /// <summary>Finds the connector that a configuration names.</summary>
    public bool TryFindConnector(string name, [NotNullWhen(true)] out PluginDescription? plugin) =>
        TryFind(PluginKind.Source, name, out plugin) || TryFind(PluginKind.Sink, name, out plugin);

    /// <summary>Finds a plugin of any kind, connectors first.</summary>
    public bool TryFindAny(string name, [NotNullWhen(true)] out PluginDescription? plugin)
    {
        foreach (var kind in Enum.GetValues<PluginKind>())
        {
            if (TryFind(kind, name, out plugin))
                return true;
        }

        plugin = null;
        return false;
    }

    /// <summary>The sentence about a connector class that is not there: it lists those that are.</summary>
    public string UnknownConnector(string name) =>
        $"Failed to find any class that implements Connector and which name matches {name}, available connectors are: "
        + string.Join(", ", All.Where(plugin => plugin.IsConnector).Select(plugin => plugin.Name));

    /// <summary>The sentence about any other class that is not there.</summary>
    public string Unknown(PluginKind kind, string name) =>
        $"Class {name} could not be found; there are: {string.Join(", ", All.Where(plugin => plugin.Kind == kind).Select(plugin => plugin.Name))}";

    /// <summary>Whether a plugin goes by this name already.</summary>
    internal bool Has(PluginKind kind, string name) => _byName.ContainsKey((kind, name));

    private PluginCatalog Add(Type type, Func<object> create)
    {
        var names = type.GetCustomAttribute<PluginAttribute>()?.Names ?? [];
        var own = type.FullName!.Replace('+', '$');
        foreach (var kind in KindsOf(type))
            Add(new PluginDescription(kind, [.. names, own], VersionOf(type), create));

        return this;
    }

    private PluginCatalog Add(PluginDescription plugin)
    {
        _plugins.Add(plugin);
        foreach (var name in plugin.AllNames().Distinct())
        {
            if (!_byName.TryAdd((plugin.Kind, name), plugin))
                _byName[(plugin.Kind, name)] = null;
        }

        return this;
    }

    private static IEnumerable<PluginKind> KindsOf(Type type)
    {
        if (type.IsAssignableTo(typeof(SourceConnector)))
            yield return PluginKind.Source;
        if (type.IsAssignableTo(typeof(SinkConnector)))
            yield return PluginKind.Sink;
        if (type.IsAssignableTo(typeof(ITransform)))
            yield return PluginKind.Transformation;
        if (type.IsAssignableTo(typeof(IPredicate)))
            yield return PluginKind.Predicate;
        if (type.IsAssignableTo(typeof(IConverter)))
            yield return PluginKind.Converter;
        if (type.IsAssignableTo(typeof(IHeaderConverter)))
            yield return PluginKind.HeaderConverter;
        if (type.IsAssignableTo(typeof(IConfigProvider)))
            yield return PluginKind.ConfigProvider;
    }

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
