using FlowLog.Connect.Data;
using FlowLog.Connectors.Postgres;

namespace FlowLog.Connectors.Tests.Postgres;

public class SqlValuesTests
{
    [Fact]
    public void Arrays_are_quoted_for_PostgreSQL()
    {
        var (values, _) = SqlValues.Array(new ColumnType(Kind.Text, IsArray: true), [new List<object?> { "a", "b\"c\\", null }, null]);
        Assert.Equal<object?>(["""{"a","b\"c\\",NULL}""", null], values.Cast<object?>());
    }

    [Fact]
    public void Numbers_of_all_sizes_travel_as_one()
    {
        var (values, _) = SqlValues.Array(new ColumnType(Kind.Int32), [(short)1, 2, 3L, null]);
        Assert.Equal<object?>([1L, 2L, 3L, null], values.Cast<object?>());
    }

    [Fact]
    public void Objects_are_json()
    {
        var schema = SchemaBuilder.Struct().Field("d", LogicalTypes.DecimalOf(1).Build()).Field("b", Schema.Bytes).Build();
        var value = new Struct(schema).Put("d", BigDecimal.Parse("0.5")).Put("b", new byte[] { 1 });
        Assert.Equal("""{"d":0.5,"b":"AQ=="}""", SqlValues.JsonText(value));
        Assert.Equal("""[1,"x",null,{"k":true}]""", SqlValues.JsonText(new List<object?> { 1L, "x", null, new Dictionary<string, object?> { ["k"] = true } }));
    }

    [Fact]
    public void Instants_carry_their_zone() =>
        Assert.Equal("2026-01-02 03:04:05.006000+00", SqlValues.Text(new DateTimeOffset(2026, 1, 2, 4, 4, 5, 6, TimeSpan.FromHours(1))));
}
