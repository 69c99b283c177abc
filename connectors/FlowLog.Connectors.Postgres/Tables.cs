using FlowLog.Connect;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlowLog.Connectors.Postgres;

/// <summary>What the tables look like, as far as the sink has met them; makes and widens them where it may.</summary>
internal sealed class Tables(PostgresSinkOptions options, Names names, Statements statements, ILogger log)
{
    private readonly Dictionary<string, Dictionary<string, string>> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// What each column is in the table, which is made or widened first where that is allowed. Null for a column that the table lacks and of
    /// which nothing is known but nulls: it is left out until a value shows its type.
    /// </summary>
    public async ValueTask<IReadOnlyList<string?>> TypesAsync(NpgsqlConnection connection, string table, IReadOnlyList<Column> columns, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(table, out var known))
            known = await LookAsync(connection, table, cancellation) ?? await CreateAsync(connection, table, columns, cancellation);

        var missing = columns.Where(column => column.Type.Kind != Kind.Unknown && !known.ContainsKey(column.Name)).ToList();
        if (missing.Count > 0)
            known = await WidenAsync(connection, table, missing, cancellation);

        return [.. columns.Select(column => known.GetValueOrDefault(column.Name))];
    }

    /// <summary>Forgets what was seen: somebody has changed a table meanwhile.</summary>
    public void Forget() => _known.Clear();

    private async ValueTask<Dictionary<string, string>?> LookAsync(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Statements.Describe, connection) { Parameters = { new() { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new Dictionary<string, string>(names.Comparer);
        while (await reader.ReadAsync(cancellation))
            columns[reader.GetString(0)] = reader.GetString(1);

        return columns.Count == 0 ? null : _known[table] = columns;
    }

    private async ValueTask<Dictionary<string, string>> CreateAsync(NpgsqlConnection connection, string table, IReadOnlyList<Column> columns, CancellationToken cancellation)
    {
        if (!options.AutoCreate)
            throw new ConnectException($"The table {table} does not exist; create it, or set auto.create=true.");

        log.CreatingTable(table, columns.Count);
        await RunAsync(connection, statements.Create(table, [.. columns.Where(column => column.Type.Kind != Kind.Unknown)]), cancellation);
        return await LookAsync(connection, table, cancellation) ?? throw new ConnectException($"The table {table} was created, but does not show.");
    }

    private async ValueTask<Dictionary<string, string>> WidenAsync(NpgsqlConnection connection, string table, List<Column> missing, CancellationToken cancellation)
    {
        // Somebody else may have been faster.
        var known = await LookAsync(connection, table, cancellation) ?? throw new ConnectException($"The table {table} does not exist any longer.");
        missing.RemoveAll(column => known.ContainsKey(column.Name));
        if (missing.Count == 0)
            return known;

        var list = string.Join(", ", missing.Select(column => column.Name));
        if (!options.AutoEvolve)
            throw new ConnectException($"The table {table} has no columns for the fields {list}; add them, leave the fields out with fields.whitelist, or set auto.evolve=true.");
        if (missing.Find(column => column.IsKey) is { } key)
            throw new ConnectException($"The table {table} has no column {key.Name}, which is to be its primary key; that cannot be added to a table with rows.");

        log.AddingColumns(table, list);
        await RunAsync(connection, statements.AddColumns(table, missing), cancellation);
        return await LookAsync(connection, table, cancellation) ?? known;
    }

    private static async ValueTask RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException problem) when (problem.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateColumn)
        {
            // Another task did the same at the same moment: "if not exists" does not see what is not committed yet.
        }
    }
}
