using FlowLog.Connect.Plugins;
using FlowLog.Connectors.File;
using FlowLog.Connectors.Postgres;

namespace FlowLog.Cli.Commands;

/// <summary>The connectors that the flowlog command brings with it.</summary>
internal static class BundledPlugins
{
    public static PluginCatalog Create() =>
        new PluginCatalog().AddFrom(typeof(FileStreamSourceConnector).Assembly).AddFrom(typeof(PostgresSinkConnector).Assembly);
}
