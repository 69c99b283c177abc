using FlowLog.Connect;
using FlowLog.Connectors.Postgres;

namespace FlowLog.Connectors.Tests.Postgres;

public class WritePlanTests
{
    private static readonly RowReader Reader = new(new PostgresSinkOptions
    {
        PrimaryKeyMode = PrimaryKeyMode.RecordKey, PrimaryKeyFields = ["id"], DeleteEnabled = true,
    });

    [Fact]
    public void Of_each_key_the_last_state_is_written_once()
    {
        var step = Assert.Single(WritePlan.Of([Row("a", ("n", 1L)), Row("b", ("n", 2L)), Row("a", ("n", 3L))], InsertMode.Upsert, 100));
        Assert.Equal(["a 3", "b 2"], step.Rows.Select(row => string.Join(' ', row.Values)).Order());
    }

    [Fact]
    public void What_only_an_earlier_record_of_the_key_had_is_written_too()
    {
        var step = Assert.Single(WritePlan.Of([Row("a", ("n", 1L), ("m", 9L)), Row("a", ("n", 3L))], InsertMode.Upsert, 100));
        Assert.Equal(["id=a", "n=3", "m=9"], step.Columns.Select((column, i) => $"{column.Name}={step.Rows[0].Values[i]}"));
    }

    [Fact]
    public void Writing_then_deleting_is_deleting()
    {
        var step = Assert.Single(WritePlan.Of([Row("a", ("n", 1L)), Delete("a")], InsertMode.Upsert, 100));
        Assert.True(step.IsDelete);
    }

    [Fact]
    public void Deleting_then_writing_is_both_in_that_order() => Assert.Equal(
        [true, false], WritePlan.Of([Delete("a"), Row("a", ("n", 1L))], InsertMode.Upsert, 100).Select(step => step.IsDelete));

    [Fact]
    public void Plain_inserts_are_all_kept_and_deletes_stay_between_them()
    {
        var steps = WritePlan.Of([Row("a", ("n", 1L)), Row("a", ("n", 2L)), Delete("a"), Row("a", ("n", 3L))], InsertMode.Insert, 100);
        Assert.Equal(["2", "delete 1", "1"], steps.Select(step => (step.IsDelete ? "delete " : "") + step.Rows.Count));
    }

    [Fact]
    public void Rows_with_other_columns_are_another_statement_and_no_statement_has_too_many()
    {
        List<Row> rows = [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? Row($"k{i}", ("n", 1L)) : Row($"k{i}", ("m", 1L)))];
        Assert.Equal([3, 2, 3, 2], WritePlan.Of(rows, InsertMode.Upsert, 3).Select(step => step.Rows.Count));
    }

    [Fact]
    public void The_type_of_a_column_fits_all_its_values()
    {
        var step = Assert.Single(WritePlan.Of([Row("a", ("n", 1L), ("s", 1L)), Row("b", ("n", 0.5), ("s", "x"))], InsertMode.Upsert, 100));
        Assert.Equal([Kind.Text, Kind.Float64, Kind.Text], step.Columns.Select(column => column.Type.Kind));
    }

    private static Row Row(string key, params (string Name, object? Value)[] fields) =>
        Reader.Read(Record(key) with { Value = fields.ToDictionary(field => field.Name, field => field.Value) });

    private static Row Delete(string key) => Reader.Read(Record(key));

    private static SinkRecord Record(string key) => new() { Topic = "t", OriginalTopic = "t", OriginalPartition = 0, Offset = 0, Key = key };
}
