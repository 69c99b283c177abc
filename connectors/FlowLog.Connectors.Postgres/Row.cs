using FlowLog.Connect;

namespace FlowLog.Connectors.Postgres;

/// <summary>A column as records have it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it gets.</param>
/// <param name="IsKey">Whether it belongs to the primary key.</param>
/// <param name="IsNullable">Whether null may come.</param>
/// <param name="Default">What an absent value means.</param>
internal sealed record Column(string Name, ColumnType Type, bool IsKey = false, bool IsNullable = true, object? Default = null);

/// <summary>What one record, or several of the same key, do to a table.</summary>
/// <param name="Record">The record that came last.</param>
/// <param name="Columns">The columns that are written.</param>
/// <param name="Values">Their values.</param>
/// <param name="Key">The values of the primary key as text that is equal for equal keys; empty without a primary key.</param>
internal sealed record Row(SinkRecord Record, IReadOnlyList<Column> Columns, object?[] Values, string Key)
{
    /// <summary>Whether the row is to go; its columns are then those of the key.</summary>
    public bool IsDelete { get; init; }

    /// <summary>This row after an earlier one of the same key: what only the earlier one wrote stays.</summary>
    public Row After(Row earlier)
    {
        if (ReferenceEquals(Columns, earlier.Columns) || Columns.Select(column => column.Name).SequenceEqual(earlier.Columns.Select(column => column.Name)))
            return this;

        var own = Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var kept = Enumerable.Range(0, earlier.Columns.Count).Where(i => !own.Contains(earlier.Columns[i].Name)).ToList();
        return this with
        {
            Columns = [.. Columns, .. kept.Select(i => earlier.Columns[i])],
            Values = [.. Values, .. kept.Select(i => earlier.Values[i])],
        };
    }
}
