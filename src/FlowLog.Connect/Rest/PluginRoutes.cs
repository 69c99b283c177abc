using FlowLog.Connect.Herding;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Workers;

namespace FlowLog.Connect.Rest;

/// <summary>Everything under <c>/connector-plugins</c>: what there is, what it understands, and what is wrong with a configuration.</summary>
internal sealed class PluginRoutes(PluginCatalog plugins, ConnectorValidation validation)
{
    public void AddTo(RestRoutes routes) => routes
        .Add("GET", "/connector-plugins", request => List(request))
        .Add("GET", "/connector-plugins/{plugin}/config", request => Keys(request))
        .Add("PUT", "/connector-plugins/{plugin}/config/validate", ValidateAsync);

    private RestAnswer List(RestRequest request)
    {
        var connectorsOnly = request.Flag("connectorsOnly", otherwise: true);
        return RestAnswer.Of(plugins.All
            .Where(plugin => connectorsOnly ? plugin.IsConnector : plugin.Kind != PluginKind.ConfigProvider)
            .Select(PluginBody.Of)
            .ToList());
    }

    private RestAnswer Keys(RestRequest request)
    {
        if (!plugins.TryFindAny(request.Name, out var plugin))
            throw RequestException.NotFound($"Unknown plugin {request.Name}.");

        var definition = plugin.Create() switch
        {
            Connector connector => new ConfigDefinition([
                .. (plugin.Kind == PluginKind.Source ? ConnectorKeys.OfSource : ConnectorKeys.OfSink).Keys,
                .. connector.Definition.Keys.Where(key => !ConnectorKeys.OfSink.TryGet(key.Name, out _) && !ConnectorKeys.OfSource.TryGet(key.Name, out _))]),
            IConfigurable configurable => configurable.Definition,
            _ => ConfigDefinition.Empty,
        };
        return RestAnswer.Of(definition.Keys.Select(KeyBody.Of).ToList());
    }

    private async ValueTask<RestAnswer> ValidateAsync(RestRequest request, CancellationToken cancellation)
    {
        var properties = request.JsonMap();
        if (properties.GetValueOrDefault(ConnectorKeys.Class) is { } included && !SimpleName(included).EndsWith(SimpleName(request.Name), StringComparison.Ordinal))
            throw RequestException.BadRequest($"Included connector type {included} does not match request type {request.Name}");

        return RestAnswer.Of(ValidationBody.Of(await validation.ValidateAsync(properties, cancellation)));
    }

    // Of a name as people write it, what it is called without its suffix.
    private static string SimpleName(string name) =>
        name.EndsWith("Connector", StringComparison.Ordinal) && name.Length > "Connector".Length ? name[..^"Connector".Length] : name;
}
