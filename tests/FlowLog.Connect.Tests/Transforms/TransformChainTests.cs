using FlowLog.Connect.Data;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Transforms;
using FlowLog.Runtime;

namespace FlowLog.Connect.Tests.Transforms;

public class TransformChainTests
{
    private static readonly PluginCatalog Plugins = BuiltIn();

    [Fact]
    public void Transforms_apply_in_the_order_listed()
    {
        var record = Apply(
            Record(new Dictionary<string, object?> { ["a"] = "1", ["secret"] = "x" }),
            "transforms=cast, mask,route",
            "transforms.cast.type=org.apache.kafka.connect.transforms.Cast$Value",
            "transforms.cast.spec=a:int32",
            "transforms.mask.type=MaskField$Value",
            "transforms.mask.fields=secret",
            "transforms.mask.replacement=***",
            "transforms.route.type=org.apache.kafka.connect.transforms.RegexRouter",
            "transforms.route.regex=(.*)-raw",
            "transforms.route.replacement=$1");
        var value = (IReadOnlyDictionary<string, object?>)record!.Value!;
        Assert.Equal(1, value["a"]);
        Assert.Equal("***", value["secret"]);
        Assert.Equal("orders", record.Topic);
    }

    [Fact]
    public void Plain_maps_and_structs_are_flattened_alike()
    {
        string[] flatten = ["transforms=f", "transforms.f.type=org.apache.kafka.connect.transforms.Flatten$Value", "transforms.f.delimiter=_"];
        var map = new Dictionary<string, object?> { ["a"] = new Dictionary<string, object?> { ["b"] = 1L } };
        Assert.Equal(1L, ((IReadOnlyDictionary<string, object?>)Apply(Record(map), flatten)!.Value!)["a_b"]);

        var inner = SchemaBuilder.Struct().Field("b", Schema.Int64).Build();
        var outer = SchemaBuilder.Struct().Field("a", inner).Build();
        var nested = Record(new Struct(outer).Put("a", new Struct(inner).Put("b", 1L))) with { ValueSchema = outer };
        Assert.Equal(1L, ((Struct)Apply(nested, flatten)!.Value!)["a_b"]);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_predicate_decides_and_negate_turns_it_round(bool negate, bool dropped)
    {
        var tombstone = Record(null);
        var result = Apply(
            tombstone,
            "transforms=drop",
            "transforms.drop.type=org.apache.kafka.connect.transforms.Filter",
            "transforms.drop.predicate=gone",
            $"transforms.drop.negate={(negate ? "true" : "false")}",
            "predicates=gone",
            "predicates.gone.type=org.apache.kafka.connect.transforms.predicates.RecordIsTombstone");
        Assert.Equal(dropped, result is null);
    }

    [Fact]
    public void The_original_topic_stays_what_it_was()
    {
        var record = (SinkRecord)Apply(
            Record(null), "transforms=r", "transforms.r.type=RegexRouter", "transforms.r.regex=.*", "transforms.r.replacement=other")!;
        Assert.Equal("other", record.Topic);
        Assert.Equal("orders-raw", record.OriginalTopic);
    }

    private static SinkRecord Record(object? value) => new()
    {
        Topic = "orders-raw", OriginalTopic = "orders-raw", OriginalPartition = 0, Partition = 0, Offset = 1, Value = value,
    };

    private static ConnectRecord? Apply(SinkRecord record, params string[] properties) =>
        TransformChain.Build(properties.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]), Plugins).Apply(record);

    private static PluginCatalog BuiltIn()
    {
        var plugins = new PluginCatalog();
        BuiltInPlugins.AddTo(plugins, World.Real());
        return plugins;
    }
}
