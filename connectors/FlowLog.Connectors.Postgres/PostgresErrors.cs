using Npgsql;

namespace FlowLog.Connectors.Postgres;

/// <summary>What an error of the database means for the records that met it.</summary>
internal enum ErrorMeaning
{
    /// <summary>Nothing to do with the records; the same call may succeed later.</summary>
    Passing,

    /// <summary>A table is not what it was when it was last looked at.</summary>
    TableChanged,

    /// <summary>One of the records cannot be stored.</summary>
    BadRecord,

    /// <summary>Nobody but an operator can help.</summary>
    Lasting,
}

internal static class PostgresErrors
{
    public static ErrorMeaning MeaningOf(NpgsqlException problem)
    {
        if (problem is not PostgresException { SqlState: var state })
            return ErrorMeaning.Passing;

        return state switch
        {
            // connection, rollback by deadlock or serialization, resources, shutdown, lock not available, cannot connect now
            _ when state.StartsWith("08") || state.StartsWith("40") || state.StartsWith("53") || state.StartsWith("57P") || state is "55P03" or "57014" => ErrorMeaning.Passing,

            // undefined column or table; cached plan must not change result type; two creators at once
            "42703" or "42P01" or "0A000" or "42P07" or "XX000" => ErrorMeaning.TableChanged,
            _ when state.StartsWith("22") || state.StartsWith("23") || state is "42804" or "42846" => ErrorMeaning.BadRecord,
            _ => ErrorMeaning.Lasting,
        };
    }

    /// <summary>Everything that the database said, in one sentence.</summary>
    public static string Sentence(NpgsqlException problem) => problem is PostgresException server
        ? $"{server.SqlState}: {server.MessageText}{(server.Detail is null ? "" : $" ({server.Detail})")}"
        : problem.InnerException is null ? problem.Message : $"{problem.Message}: {problem.InnerException.Message}";
}
