using FlowLog.Connect;
using FlowLog.Connect.Plugins;

namespace FlowLog.Connectors.Postgres;

/// <summary>
/// Writes records into tables of PostgreSQL, with the keys and meaning of the JDBC sink. Records with a schema and plain JSON objects are
/// both understood. What one call takes is written in one transaction before its offsets are committed: after a crash records come again,
/// which upsert and <c>pk.mode=kafka</c> with upsert make harmless.
/// </summary>
[Plugin("FlowLog.Connectors.Postgres.PostgresSinkConnector", "io.confluent.connect.jdbc.JdbcSinkConnector", "io.aiven.connect.jdbc.JdbcSinkConnector")]
public sealed class PostgresSinkConnector : SinkConnector<PostgresSinkOptions>
{
    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(PostgresSinkOptions options, CancellationToken cancellation) =>
        new([.. ProblemsOf(options)]);

    /// <inheritdoc/>
    protected override SinkTask CreateTask(PostgresSinkOptions options) => new PostgresSinkTask(options);

    private static IEnumerable<ConfigProblem> ProblemsOf(PostgresSinkOptions options)
    {
        if (ConnectionSettings.ProblemWith(options) is { } connection)
            yield return connection;
        if (options.InsertMode != InsertMode.Insert && options.PrimaryKeyMode == PrimaryKeyMode.None)
        {
            var mode = options.InsertMode.ToString().ToLowerInvariant();
            yield return new ConfigProblem("pk.mode", $"insert.mode={mode} needs a primary key: set pk.mode to record_key, record_value or kafka.");
        }

        if (options.DeleteEnabled && options.PrimaryKeyMode != PrimaryKeyMode.RecordKey)
            yield return new ConfigProblem("delete.enabled", "Deletes need the record's key as primary key: set pk.mode=record_key, or delete.enabled=false.");
        if (options.PrimaryKeyMode == PrimaryKeyMode.Kafka && options.PrimaryKeyFields.Count is not (0 or 3))
            yield return new ConfigProblem("pk.fields", "With pk.mode=kafka give no names, or three: for topic, partition and offset.");
        if (options.TableNameFormat.Trim().Length == 0)
            yield return new ConfigProblem("table.name.format", "The table needs a name.");
    }
}
