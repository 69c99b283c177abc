namespace FlowLog.Connect.Plugins;

/// <summary>What a plugin can be.</summary>
public enum PluginKind
{
    /// <summary>A <see cref="SourceConnector"/>.</summary>
    Source,

    /// <summary>A <see cref="SinkConnector"/>.</summary>
    Sink,

    /// <summary>An <see cref="ITransform"/>.</summary>
    Transformation,

    /// <summary>An <see cref="IPredicate"/>.</summary>
    Predicate,

    /// <summary>An <see cref="IConverter"/>.</summary>
    Converter,

    /// <summary>An <see cref="IHeaderConverter"/>.</summary>
    HeaderConverter,

    /// <summary>An <see cref="IConfigProvider"/>.</summary>
    ConfigProvider,
}

internal static class PluginKinds
{
    /// <summary>The word in REST answers.</summary>
    public static string Word(this PluginKind kind) => kind switch
    {
        PluginKind.Source => "source",
        PluginKind.Sink => "sink",
        PluginKind.Transformation => "transformation",
        PluginKind.Predicate => "predicate",
        PluginKind.Converter => "converter",
        PluginKind.HeaderConverter => "header_converter",
        PluginKind.ConfigProvider => "config_provider",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The end of class names that users leave out.</summary>
    public static string Suffix(this PluginKind kind) => kind switch
    {
        PluginKind.Source or PluginKind.Sink => "Connector",
        PluginKind.Transformation => "Transformation",
        PluginKind.Predicate => "Predicate",
        PluginKind.Converter => "Converter",
        PluginKind.HeaderConverter => "HeaderConverter",
        _ => "ConfigProvider",
    };
}
