using System.Buffers;
using System.Text;
using FlowLog.Connect.Converters;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Tests.Converters;

public class JsonConverterTests
{
    private static readonly Schema Person = SchemaBuilder.Struct().Field("name", Schema.String).Field("age", Schema.OptionalInt32).Build();

    [Fact]
    public void A_struct_travels_with_its_schema()
    {
        var value = new Struct(Person).Put("name", "Ann").Put("age", 7);
        var json = Write(With(schemas: true), Person, value);
        Assert.Equal(
            """{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"field":"name"},{"type":"int32","optional":true,"field":"age"}],"optional":false},"payload":{"name":"Ann","age":7}}""",
            json);

        var back = Read(With(schemas: true), json!);
        Assert.Equal(value, back.Value);
        Assert.Equal(Person, back.Schema);
    }

    [Fact]
    public void Without_schemas_an_object_is_a_map_and_whole_numbers_are_long()
    {
        var (schema, value) = Read(With(schemas: false), """{"a":1,"b":1.5,"c":[true,null],"d":{"e":"f"}}""");
        Assert.Null(schema);
        var map = (IReadOnlyDictionary<string, object?>)value!;
        Assert.Equal(1L, map["a"]);
        Assert.Equal(1.5, map["b"]);
        Assert.Equal([true, null], (IReadOnlyList<object?>)map["c"]!);
        Assert.Equal("f", ((IReadOnlyDictionary<string, object?>)map["d"]!)["e"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Absent_bytes_are_a_tombstone_and_back(bool schemas)
    {
        var (schema, value) = With(schemas).Read("t", null);
        Assert.Null(schema);
        Assert.Null(value);
        Assert.Null(Write(With(schemas), null, null));
    }

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"schema":null}""")]
    [InlineData("""{"schema":{"type":"string"},"payload":"a","more":1}""")]
    [InlineData("not json")]
    [InlineData("")]
    public void With_schemas_anything_but_an_envelope_is_refused(string json) =>
        Assert.Throws<DataException>(() => Read(With(schemas: true), json));

    [Fact]
    public void Logical_types_travel_as_what_they_are_made_of()
    {
        var schema = SchemaBuilder.Struct()
            .Field("d", LogicalTypes.DecimalOf(2).Build())
            .Field("on", LogicalTypes.DateBuilder().Build())
            .Field("at", LogicalTypes.TimestampBuilder().Build())
            .Build();
        var value = new Struct(schema).Put("d", BigDecimal.Parse("12.34")).Put("on", new DateOnly(1970, 1, 3)).Put("at", DateTimeOffset.FromUnixTimeMilliseconds(5));
        var json = Write(With(schemas: true), schema, value)!;
        Assert.EndsWith(""""payload":{"d":"BNI=","on":2,"at":5}}"""", json);
        Assert.Equal(value, Read(With(schemas: true), json).Value);
    }

    private static JsonConverter With(bool schemas)
    {
        var converter = new JsonConverter();
        converter.Configure(new Dictionary<string, string> { ["schemas.enable"] = schemas ? "true" : "false" });
        return converter;
    }

    private static SchemaAndValue Read(JsonConverter converter, string json) => converter.Read("t", Encoding.UTF8.GetBytes(json));

    private static string? Write(JsonConverter converter, Schema? schema, object? value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        return converter.Write("t", schema, value, bytes) ? Encoding.UTF8.GetString(bytes.WrittenSpan) : null;
    }
}
