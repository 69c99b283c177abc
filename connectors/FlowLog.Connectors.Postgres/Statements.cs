namespace FlowLog.Connectors.Postgres;

/// <summary>
/// The SQL that the sink uses. Rows travel column by column, as arrays: one statement for any number of rows, prepared once for a shape.
/// </summary>
internal sealed class Statements(Names names)
{
    /// <summary>What a table has, in order: name, type, whether it belongs to the primary key. The parameter is the table's SQL name; no rows when it is not there.</summary>
    public const string Describe =
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), coalesce(a.attnum = ANY (i.indkey::int2[]), false)
        FROM pg_attribute a
        LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """;

    public string Create(string table, IReadOnlyList<Column> columns)
    {
        var lines = columns.Select(column => $"{names.Quote(column.Name)} {column.Type.Sql}{(column.IsNullable ? "" : " NOT NULL")}").ToList();
        var key = columns.Where(column => column.IsKey).Select(column => names.Quote(column.Name)).ToList();
        if (key.Count > 0)
            lines.Add($"PRIMARY KEY ({string.Join(", ", key)})");
        return $"CREATE TABLE IF NOT EXISTS {table} (\n  {string.Join(",\n  ", lines)}\n)";
    }

    public string AddColumns(string table, IReadOnlyList<Column> columns) =>
        $"ALTER TABLE {table}\n  {string.Join(",\n  ", columns.Select(column => $"ADD COLUMN IF NOT EXISTS {names.Quote(column.Name)} {column.Type.Sql}"))}";

    /// <param name="table">The table's SQL name.</param>
    /// <param name="columns">The columns written.</param>
    /// <param name="types">What each of them is in the table.</param>
    /// <param name="mode">What to do with the rows.</param>
    public string Write(string table, IReadOnlyList<Column> columns, IReadOnlyList<string> types, InsertMode mode)
    {
        var source = Source(columns, types);
        if (mode == InsertMode.Update)
        {
            var sets = Rest(columns).Select(name => $"{name} = s.{name}").ToList();

            // With nothing to set but the key there is nothing to do.
            return sets.Count == 0
                ? source
                : $"UPDATE {table} AS t SET {string.Join(", ", sets)}\nFROM ({source}) AS s\nWHERE {KeysMatch(columns)}";
        }

        var insert = $"INSERT INTO {table} ({List(columns)})\n{source}";
        if (mode == InsertMode.Insert)
            return insert;

        var key = List([.. columns.Where(column => column.IsKey)]);
        var changed = Rest(columns).Select(name => $"{name} = EXCLUDED.{name}").ToList();
        return changed.Count == 0
            ? $"{insert}\nON CONFLICT ({key}) DO NOTHING"
            : $"{insert}\nON CONFLICT ({key}) DO UPDATE SET {string.Join(", ", changed)}";
    }

    public string Delete(string table, IReadOnlyList<Column> key, IReadOnlyList<string> types) =>
        $"DELETE FROM {table} AS t\nUSING ({Source(key, types)}) AS s\nWHERE {KeysMatch(key)}";

    private string Source(IReadOnlyList<Column> columns, IReadOnlyList<string> types)
    {
        var casts = columns.Select((column, i) => NeedsCast(column, types[i]) ? $"c{i}::{types[i]}{As(column)}" : $"c{i}{As(column)}");
        var arrays = columns.Select((column, i) => $"${i + 1}::{SqlValues.TravelType(column.Type)}[]");
        return $"SELECT {string.Join(", ", casts)} FROM unnest({string.Join(", ", arrays)}) AS u({string.Join(", ", columns.Select((_, i) => $"c{i}"))})";
    }

    // To cast a text to varchar(3) would cut it silently; assigning it is refused when it is too long.
    private static bool NeedsCast(Column column, string type) =>
        SqlValues.TravelType(column.Type) != type && !type.StartsWith("character", StringComparison.Ordinal) && type != "text";

    private string As(Column column) => $" AS {names.Quote(column.Name)}";

    private string KeysMatch(IReadOnlyList<Column> columns) =>
        string.Join(" AND ", columns.Where(column => column.IsKey).Select(column => names.Quote(column.Name)).Select(name => $"t.{name} = s.{name}"));

    private IEnumerable<string> Rest(IReadOnlyList<Column> columns) => columns.Where(column => !column.IsKey).Select(column => names.Quote(column.Name));

    private string List(IReadOnlyList<Column> columns) => string.Join(", ", columns.Select(column => names.Quote(column.Name)));
}
