using FlowLog.Connectors.Postgres;

namespace FlowLog.Connectors.Tests.Postgres;

public class StatementsTests
{
    private static readonly Statements Quoting = new(new Names(IdentifierQuoting.Always));
    private static readonly Column Id = new("id", new ColumnType(Kind.Int64), IsKey: true, IsNullable: false);
    private static readonly Column Name = new("na\"me", new ColumnType(Kind.Text));
    private static readonly Column At = new("at", new ColumnType(Kind.Timestamp));

    [Fact]
    public void A_table_is_created_with_its_primary_key() => Assert.Equal(
        """
        CREATE TABLE IF NOT EXISTS "t" (
          "id" bigint NOT NULL,
          "na""me" text,
          PRIMARY KEY ("id")
        )
        """,
        Quoting.Create("\"t\"", [Id, Name]));

    [Fact]
    public void Rows_travel_as_one_array_for_each_column_and_are_cast_to_what_the_table_has() => Assert.Equal(
        """
        INSERT INTO "t" ("id", "na""me", "at")
        SELECT c0::integer AS "id", c1 AS "na""me", c2::timestamp with time zone AS "at" FROM unnest($1::bigint[], $2::text[], $3::text[]) AS u(c0, c1, c2)
        """,
        Quoting.Write("\"t\"", [Id, Name, At], ["integer", "character varying(3)", "timestamp with time zone"], InsertMode.Insert));

    [Fact]
    public void An_upsert_changes_everything_but_the_key() => Assert.EndsWith(
        """ON CONFLICT ("id") DO UPDATE SET "na""me" = EXCLUDED."na""me", "at" = EXCLUDED."at" """.TrimEnd(),
        Quoting.Write("\"t\"", [Id, Name, At], ["bigint", "text", "timestamp with time zone"], InsertMode.Upsert));

    [Fact]
    public void An_upsert_of_nothing_but_a_key_leaves_what_is_there() => Assert.EndsWith(
        "ON CONFLICT (\"id\") DO NOTHING", Quoting.Write("\"t\"", [Id], ["bigint"], InsertMode.Upsert));

    [Fact]
    public void An_update_makes_no_rows() => Assert.Equal(
        """
        UPDATE "t" AS t SET "na""me" = s."na""me"
        FROM (SELECT c0 AS "id", c1 AS "na""me" FROM unnest($1::bigint[], $2::text[]) AS u(c0, c1)) AS s
        WHERE t."id" = s."id"
        """,
        Quoting.Write("\"t\"", [Id, Name], ["bigint", "text"], InsertMode.Update));

    [Fact]
    public void A_delete_goes_by_the_key() => Assert.Equal(
        """
        DELETE FROM "t" AS t
        USING (SELECT c0 AS "id" FROM unnest($1::bigint[]) AS u(c0)) AS s
        WHERE t."id" = s."id"
        """,
        Quoting.Delete("\"t\"", [Id], ["bigint"]));

    [Theory]
    [InlineData("${topic}", "orders", "\"orders\"")]
    [InlineData("raw.${topic}", "orders", "\"raw\".\"orders\"")]
    [InlineData("x_${topic}", "a.b", "\"x_a\".\"b\"")]
    public void The_name_of_a_table_comes_from_the_topic(string format, string topic, string table) =>
        Assert.Equal(table, new Names(IdentifierQuoting.Always).Table(format, topic));

    [Fact]
    public void Without_quotes_names_stand_as_they_are() => Assert.Equal("raw.Orders", new Names(IdentifierQuoting.Never).Table("raw.${topic}", "Orders"));
}
