using FlowLog.Connect.Converters;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Transforms;
using FlowLog.Runtime;

namespace FlowLog.Connect;

/// <summary>The converters, transforms, predicates and config providers that every worker has, under the names of those that Kafka Connect ships.</summary>
internal static class BuiltInPlugins
{
    private const string Kafka = "org.apache.kafka.connect.";

    /// <summary>Adds those that are not there yet.</summary>
    public static void AddTo(PluginCatalog catalog, World world)
    {
        foreach (var plugin in All().Concat(Providers(world)))
        {
            if (!catalog.Has(plugin.Kind, plugin.Name))
                catalog.Add(plugin.Kind, plugin.Create, typeof(BuiltInPlugins), plugin.Name);
        }
    }

    private static IEnumerable<(PluginKind Kind, string Name, Func<object> Create)> All() =>
    [
        .. OnBothSides("Cast", side => new Cast(side)),
        .. OnBothSides("ExtractField", side => new ExtractField(side)),
        .. OnBothSides("Flatten", side => new Flatten(side)),
        .. OnBothSides("HeaderFrom", side => new HeaderFrom(side)),
        .. OnBothSides("HoistField", side => new HoistField(side)),
        .. OnBothSides("InsertField", side => new InsertField(side)),
        .. OnBothSides("MaskField", side => new MaskField(side)),
        .. OnBothSides("ReplaceField", side => new ReplaceField(side)),
        .. OnBothSides("SetSchemaMetadata", side => new SetSchemaMetadata(side)),
        .. OnBothSides("TimestampConverter", side => new TimestampConverter(side)),
        Transform("DropHeaders", () => new DropHeaders()),
        Transform("Filter", () => new Filter()),
        Transform("InsertHeader", () => new InsertHeader()),
        Transform("RegexRouter", () => new RegexRouter()),
        Transform("TimestampRouter", () => new TimestampRouter()),
        Transform("ValueToKey", () => new ValueToKey()),
        Predicate("HasHeaderKey", () => new HasHeaderKey()),
        Predicate("RecordIsTombstone", () => new RecordIsTombstone()),
        Predicate("TopicNameMatches", () => new TopicNameMatches()),
        .. Converter("json.JsonConverter", () => new JsonConverter()),
        .. Converter("storage.StringConverter", () => new StringConverter()),
        .. Converter("converters.ByteArrayConverter", () => new ByteArrayConverter()),
        .. Converter("converters.BooleanConverter", () => new BooleanConverter()),
        .. Converter("converters.ShortConverter", () => new ShortConverter()),
        .. Converter("converters.IntegerConverter", () => new IntegerConverter()),
        .. Converter("converters.LongConverter", () => new LongConverter()),
        .. Converter("converters.FloatConverter", () => new FloatConverter()),
        .. Converter("converters.DoubleConverter", () => new DoubleConverter()),
        (PluginKind.HeaderConverter, Kafka + "storage.SimpleHeaderConverter", () => new SimpleHeaderConverter()),
    ];

    private static IEnumerable<(PluginKind Kind, string Name, Func<object> Create)> Providers(World world) =>
    [
        (PluginKind.ConfigProvider, "org.apache.kafka.common.config.provider.FileConfigProvider", () => new FileConfigProvider(world.Disk)),
        (PluginKind.ConfigProvider, "org.apache.kafka.common.config.provider.DirectoryConfigProvider", () => new DirectoryConfigProvider(world.Disk)),
        (PluginKind.ConfigProvider, "org.apache.kafka.common.config.provider.EnvVarConfigProvider", () => new EnvVarConfigProvider()),
    ];

    private static (PluginKind, string, Func<object>)[] OnBothSides(string name, Func<RecordSide, ITransform> create) =>
    [
        Transform(name + "$Key", () => create(RecordSide.Key)),
        Transform(name + "$Value", () => create(RecordSide.Value)),
    ];

    private static (PluginKind, string, Func<object>) Transform(string name, Func<ITransform> create) =>
        (PluginKind.Transformation, Kafka + "transforms." + name, create);

    private static (PluginKind, string, Func<object>) Predicate(string name, Func<IPredicate> create) =>
        (PluginKind.Predicate, Kafka + "transforms.predicates." + name, create);

    private static (PluginKind, string, Func<object>)[] Converter(string name, Func<object> create) =>
    [
        (PluginKind.Converter, Kafka + name, create),
        (PluginKind.HeaderConverter, Kafka + name, create),
    ];
}
