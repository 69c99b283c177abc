using FlowLog.Connect.Plugins;

namespace FlowLog.Connect.Workers;

/// <summary>The three converters of a task: the connector's where it names one, otherwise the worker's; each with the settings beside its name.</summary>
internal sealed record TaskConverters(IConverter Key, IConverter Value, IHeaderConverter Header)
{
    public static TaskConverters Create(IReadOnlyDictionary<string, string> connector, ConnectWorkerOptions worker, PluginCatalog plugins)
    {
        return new TaskConverters(
            Make<IConverter>(PluginKind.Converter, ConnectorKeys.KeyConverter, worker.KeyConverter, "key"),
            Make<IConverter>(PluginKind.Converter, ConnectorKeys.ValueConverter, worker.ValueConverter, "value"),
            Make<IHeaderConverter>(PluginKind.HeaderConverter, ConnectorKeys.HeaderConverter, worker.HeaderConverter, "header"));

        T Make<T>(PluginKind kind, string key, string workersClass, string type)
            where T : IConfigurable
        {
            var own = connector.TryGetValue(key, out var name) && name.Trim().Length > 0;
            var settings = own ? Prefixed.Under(connector, key + ".") : worker.Under(key + ".");
            return (T)Configured(plugins, kind, own ? name!.Trim() : workersClass, settings, type);
        }
    }

    private static object Configured(PluginCatalog plugins, PluginKind kind, string name, Dictionary<string, string> settings, string type)
    {
        if (!plugins.TryFind(kind, name, out var plugin))
            throw new ConfigException(plugins.Unknown(kind, name));

        var converter = (IConfigurable)plugin.Create();
        settings["converter.type"] = type;
        converter.Configure(settings);
        return converter;
    }
}
