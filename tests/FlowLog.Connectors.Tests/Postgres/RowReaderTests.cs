using FlowLog.Connect;
using FlowLog.Connect.Data;
using FlowLog.Connectors.Postgres;

namespace FlowLog.Connectors.Tests.Postgres;

public class RowReaderTests
{
    private static readonly Schema Order = SchemaBuilder.Struct()
        .Field("id", Schema.Int64)
        .Field("note", Schema.OptionalString)
        .Field("price", LogicalTypes.DecimalOf(2).Build())
        .Build();

    [Fact]
    public void A_struct_gives_typed_columns()
    {
        var row = Read(new PostgresSinkOptions(), Order, new Struct(Order).Put("id", 1L).Put("price", BigDecimal.Parse("1.50")));
        Assert.Equal(["id bigint", "note text", "price numeric"], row.Columns.Select(column => $"{column.Name} {column.Type.Sql}"));
        Assert.Equal([false, true, false], row.Columns.Select(column => column.IsNullable));
    }

    [Fact]
    public void A_plain_object_gives_columns_by_its_values()
    {
        var row = Read(new PostgresSinkOptions(), null, new Dictionary<string, object?>
        {
            ["n"] = 1L, ["d"] = 0.5, ["s"] = "x", ["b"] = true, ["o"] = new Dictionary<string, object?>(), ["none"] = null,
        });
        Assert.Equal([Kind.Int64, Kind.Float64, Kind.Text, Kind.Boolean, Kind.Json, Kind.Unknown], row.Columns.Select(column => column.Type.Kind));
    }

    [Fact]
    public void The_key_may_come_from_fields_of_the_value()
    {
        var options = new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordValue, PrimaryKeyFields = ["host"], InsertMode = InsertMode.Upsert };
        var row = Read(options, null, new Dictionary<string, object?> { ["n"] = 1L, ["host"] = "a" });
        Assert.Equal(["host", "n"], row.Columns.Select(column => column.Name));
        Assert.True(row.Columns[0].IsKey);

        Assert.Contains("\"host\"", Assert.Throws<DataException>(() => Read(options, null, new Dictionary<string, object?> { ["n"] = 1L })).Message);
        Assert.Contains("null", Assert.Throws<DataException>(() => Read(options, null, new Dictionary<string, object?> { ["host"] = null })).Message);
    }

    [Fact]
    public void A_single_value_as_key_needs_the_name_of_its_column()
    {
        var options = new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordKey, PrimaryKeyFields = ["id"] };
        Assert.Equal(["id", "n"], Read(options, null, new Dictionary<string, object?> { ["n"] = 1L }, key: 7).Columns.Select(column => column.Name));
        Assert.Throws<DataException>(() => Read(new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordKey }, null, new Dictionary<string, object?>(), key: 7));
        Assert.Throws<DataException>(() => Read(options, null, new Dictionary<string, object?>()));
    }

    [Fact]
    public void A_record_without_value_deletes_where_that_is_allowed()
    {
        var options = new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordKey, PrimaryKeyFields = ["id"], DeleteEnabled = true };
        Assert.True(Read(options, null, null, key: "a").IsDelete);
        Assert.Contains("delete.enabled", Assert.Throws<DataException>(
            () => Read(new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordKey, PrimaryKeyFields = ["id"] }, null, null, key: "a")).Message);
    }

    [Fact]
    public void Topic_partition_and_offset_can_be_the_key()
    {
        var row = Read(new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.Kafka }, null, new Dictionary<string, object?> { ["n"] = 1L });
        Assert.Equal(["__connect_topic", "__connect_partition", "__connect_offset", "n"], row.Columns.Select(column => column.Name));
        Assert.Equal(["orders", 2, 5L, 1L], row.Values);
    }

    [Fact]
    public void Only_the_fields_asked_for_are_written_but_the_key_always_is()
    {
        var options = new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordValue, PrimaryKeyFields = ["id"], Fields = ["b"] };
        var row = Read(options, null, new Dictionary<string, object?> { ["id"] = 1L, ["a"] = 1L, ["b"] = 2L });
        Assert.Equal(["id", "b"], row.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Text_is_no_row() => Assert.Contains("named fields", Assert.Throws<DataException>(() => Read(new PostgresSinkOptions(), Schema.String, "line")).Message);

    [Fact]
    public void Keys_that_differ_have_different_texts()
    {
        var options = new PostgresSinkOptions { PrimaryKeyMode = PrimaryKeyMode.RecordValue };
        var one = Read(options, null, new Dictionary<string, object?> { ["a"] = "x", ["b"] = "yz" });
        var two = Read(options, null, new Dictionary<string, object?> { ["a"] = "xy", ["b"] = "z" });
        Assert.NotEqual(one.Key, two.Key);
    }

    private static Row Read(PostgresSinkOptions options, Schema? schema, object? value, object? key = null) => new RowReader(options).Read(new SinkRecord
    {
        Topic = "orders", OriginalTopic = "orders", OriginalPartition = 2, Offset = 5, ValueSchema = schema, Value = value, Key = key,
    });
}
