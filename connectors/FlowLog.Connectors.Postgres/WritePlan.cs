namespace FlowLog.Connectors.Postgres;

/// <summary>A statement's worth of rows: all deletes, or all writes with the same columns.</summary>
/// <param name="Columns">Their columns; the type of each fits all rows.</param>
/// <param name="Rows">The rows; with a primary key no key appears twice.</param>
/// <param name="IsDelete">Whether the rows are to go.</param>
internal sealed record WriteStep(IReadOnlyList<Column> Columns, IReadOnlyList<Row> Rows, bool IsDelete);

/// <summary>Puts rows in an order in which few statements write them, with the outcome that one after the other would have had.</summary>
internal static class WritePlan
{
    public static IReadOnlyList<WriteStep> Of(IReadOnlyList<Row> rows, InsertMode mode, int batchSize) =>
        mode == InsertMode.Insert ? [.. InOrder(rows).SelectMany(run => ByShape(run, batchSize))] : ByKey(rows, batchSize);

    // Plain inserts must not be merged; a delete among them separates what was before from what comes after.
    private static IEnumerable<List<Row>> InOrder(IReadOnlyList<Row> rows)
    {
        var run = new List<Row>();
        foreach (var row in rows)
        {
            if (run.Count > 0 && run[0].IsDelete != row.IsDelete)
            {
                yield return run;
                run = [];
            }

            run.Add(row);
        }

        if (run.Count > 0)
            yield return run;
    }

    // Of each key its last state counts. A statement must not meet a key twice, and a row that was deleted and written again must lose what it had.
    private static List<WriteStep> ByKey(IReadOnlyList<Row> rows, int batchSize)
    {
        var last = new Dictionary<string, Row>(rows.Count, StringComparer.Ordinal);
        var deleted = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.IsDelete)
            {
                deleted[row.Key] = row;
                last.Remove(row.Key);
            }
            else
            {
                last[row.Key] = last.TryGetValue(row.Key, out var earlier) ? row.After(earlier) : row;
            }
        }

        return [.. ByShape(deleted.Values, batchSize), .. ByShape(last.Values, batchSize)];
    }

    private static IEnumerable<WriteStep> ByShape(IEnumerable<Row> rows, int batchSize)
    {
        var shapes = new Dictionary<string, List<Row>>(StringComparer.Ordinal);
        IReadOnlyList<Column>? previous = null;
        List<Row>? same = null;
        foreach (var row in rows)
        {
            if (!ReferenceEquals(row.Columns, previous))
            {
                var shape = string.Join('\0', row.Columns.Select(column => column.Name));
                if (!shapes.TryGetValue(shape, out same))
                    shapes[shape] = same = [];
                previous = row.Columns;
            }

            same!.Add(row);
        }

        return shapes.Values.SelectMany(shape => shape.Chunk(batchSize)).Select(chunk => new WriteStep(Joined(chunk), chunk, chunk[0].IsDelete));
    }

    private static IReadOnlyList<Column> Joined(Row[] rows)
    {
        var columns = rows[0].Columns;
        if (rows.All(row => ReferenceEquals(row.Columns, columns)))
            return columns;

        return [.. columns.Select((column, i) => column with { Type = rows.Aggregate(ColumnType.Unknown, (type, row) => type.Join(row.Columns[i].Type)) })];
    }
}
