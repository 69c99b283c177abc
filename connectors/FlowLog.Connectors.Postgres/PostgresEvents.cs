using Microsoft.Extensions.Logging;

namespace FlowLog.Connectors.Postgres;

internal static partial class PostgresEvents // 4420-4439
{
    [LoggerMessage(4420, LogLevel.Information, "Creating the table {Table} with {Columns} columns")]
    public static partial void CreatingTable(this ILogger log, string table, int columns);

    [LoggerMessage(4421, LogLevel.Information, "Adding to the table {Table} the columns {Columns}")]
    public static partial void AddingColumns(this ILogger log, string table, string columns);

    [LoggerMessage(4422, LogLevel.Warning, "PostgreSQL: {Problem}; try {Attempt} of {Attempts} follows in {Pause}")]
    public static partial void WillTryAgain(this ILogger log, string problem, int attempt, int attempts, TimeSpan pause);
}
