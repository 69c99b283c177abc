using FlowLog.Connect;
using FlowLog.Connect.Data;
using Npgsql;

namespace FlowLog.Connectors.Postgres;

/// <summary>Writes what each call brings in one transaction. Records that cannot be stored are reported one by one where errors are tolerated.</summary>
internal sealed class PostgresSinkTask : SinkTask
{
    private readonly PostgresSinkOptions _options;
    private readonly Names _names;
    private readonly Statements _statements;
    private readonly RowReader _rows;
    private readonly NpgsqlDataSource _database;
    private ISinkTaskContext _context = null!;
    private Tables _tables = null!;
    private NpgsqlConnection? _connection;
    private int _attempts;

    public PostgresSinkTask(PostgresSinkOptions options)
    {
        _options = options;
        _names = new Names(options.QuoteIdentifiers);
        _statements = new Statements(_names);
        _rows = new RowReader(options);
        _database = NpgsqlDataSource.Create(ConnectionSettings.Of(options));
    }

    public override ValueTask StartAsync(ISinkTaskContext context, CancellationToken cancellation)
    {
        _context = context;
        _tables = new Tables(_options, _names, _statements, context.Log);
        return default;
    }

    public override async ValueTask WriteAsync(IReadOnlyList<SinkRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0)
            return;

        var rows = await ReadAsync(records, cancellation);
        try
        {
            await WriteAsync(rows, cancellation);
            _attempts = 0;
        }
        catch (NpgsqlException problem)
        {
            await DropConnectionAsync();
            throw Translated(problem, rows);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await DropConnectionAsync();
        await _database.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask<List<Row>> ReadAsync(IReadOnlyList<SinkRecord> records, CancellationToken cancellation)
    {
        var rows = new List<Row>(records.Count);
        foreach (var record in records)
        {
            try
            {
                rows.Add(_rows.Read(record));
            }
            catch (DataException problem)
            {
                await _context.ReportAsync(record, new DataException($"{Place(record)}: {problem.Message}", problem), cancellation);
            }
        }

        return rows;
    }

    // A batch with a bad record is halved until the record stands alone: the rest of the batch is written.
    private async ValueTask WriteAsync(List<Row> rows, CancellationToken cancellation)
    {
        try
        {
            await WriteTogetherAsync(rows, cancellation);
        }
        catch (PostgresException problem) when (_context.ToleratesErrors && PostgresErrors.MeaningOf(problem) == ErrorMeaning.BadRecord)
        {
            if (rows.Count == 1)
            {
                await _context.ReportAsync(rows[0].Record, Refused(problem, rows), cancellation);
                return;
            }

            await WriteAsync(rows[..(rows.Count / 2)], cancellation);
            await WriteAsync(rows[(rows.Count / 2)..], cancellation);
        }
    }

    private async ValueTask WriteTogetherAsync(List<Row> rows, CancellationToken cancellation)
    {
        var connection = _connection ??= await _database.OpenConnectionAsync(cancellation);
        var steps = new List<(string Table, WriteStep Step, IReadOnlyList<string?> Types)>();
        foreach (var table in rows.GroupBy(row => _names.Table(_options.TableNameFormat, row.Record.Topic)))
        {
            // Tables are made and widened before the transaction begins, so that nobody waits for its locks.
            foreach (var step in WritePlan.Of([.. table], _options.InsertMode, _options.BatchSize))
            {
                var types = await _tables.TypesAsync(connection, table.Key, step.Columns, cancellation);
                steps.Add((table.Key, step, types));
            }
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var (table, step, types) in steps)
            await RunAsync(connection, table, step, types, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async ValueTask RunAsync(NpgsqlConnection connection, string table, WriteStep step, IReadOnlyList<string?> types, CancellationToken cancellation)
    {
        var places = Enumerable.Range(0, types.Count).Where(i => types[i] is not null).ToList();
        List<Column> columns = [.. places.Select(i => step.Columns[i])];
        List<string> present = [.. places.Select(i => types[i]!)];
        var sql = step.IsDelete ? _statements.Delete(table, columns, present) : _statements.Write(table, columns, present, _options.InsertMode);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var place in places)
        {
            var (values, type) = SqlValues.Array(step.Columns[place].Type, [.. step.Rows.Select(row => row.Values[place])]);
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = type });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private Exception Translated(NpgsqlException problem, List<Row> rows)
    {
        var meaning = PostgresErrors.MeaningOf(problem);
        if (meaning == ErrorMeaning.TableChanged)
            _tables.Forget();
        if (meaning is ErrorMeaning.BadRecord or ErrorMeaning.Lasting || _attempts >= _options.MaxRetries)
            return Refused(problem, rows);

        _attempts++;
        var pause = meaning == ErrorMeaning.TableChanged && _attempts == 1 ? TimeSpan.Zero : _options.RetryBackoff;
        _context.Log.WillTryAgain(PostgresErrors.Sentence(problem), _attempts, _options.MaxRetries, pause);
        return new RetriableException(PostgresErrors.Sentence(problem), problem) { RetryAfter = pause };
    }

    private static ConnectException Refused(NpgsqlException problem, List<Row> rows)
    {
        var place = rows.Count == 1 ? Place(rows[0].Record) : $"{rows.Count} records from {Place(rows[0].Record)} to {Place(rows[^1].Record)}";
        return new ConnectException($"PostgreSQL did not take {place}: {PostgresErrors.Sentence(problem)}", problem);
    }

    private static string Place(SinkRecord record) => $"{record.OriginalTopic}-{record.OriginalPartition}@{record.Offset}";

    private async ValueTask DropConnectionAsync()
    {
        if (_connection is not { } connection)
            return;

        _connection = null;
        try
        {
            await connection.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // It is broken, which is why it is dropped.
        }
    }
}
