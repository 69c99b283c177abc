using FlowLog.Connect;

namespace FlowLog.Connectors.Postgres;

/// <summary>What a record does to a table.</summary>
public enum InsertMode
{
    /// <summary>Adds a row.</summary>
    Insert,

    /// <summary>Adds a row, or changes the one with the same key.</summary>
    Upsert,

    /// <summary>Changes the row with the same key, if there is one.</summary>
    Update,
}

/// <summary>Where the primary key of a row comes from.</summary>
public enum PrimaryKeyMode
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Topic, partition and offset.</summary>
    Kafka,

    /// <summary>The record's key: its fields, or the whole of it under the one name of <c>pk.fields</c>.</summary>
    RecordKey,

    /// <summary>Fields of the record's value.</summary>
    RecordValue,
}

/// <summary>Whether names are quoted in SQL.</summary>
public enum IdentifierQuoting
{
    /// <summary>Names mean exactly what they say.</summary>
    Always,

    /// <summary>PostgreSQL folds names to lower case.</summary>
    Never,
}

/// <summary>Settings of <see cref="PostgresSinkConnector"/>, under the names of the JDBC sink where it has them.</summary>
public sealed class PostgresSinkOptions
{
    /// <summary>A connection string of Npgsql, such as <c>Host=db;Database=shop;Username=u;Password=p</c>.</summary>
    [Setting("connection.string", Doc = "Connection string: Host=db;Port=5432;Database=shop;Username=u;Password=p. Instead of it connection.url can be given.", Importance = ConfigImportance.High, Group = "Connection")]
    public Secret? ConnectionString { get; init; }

    /// <summary>A JDBC address, in place of <see cref="ConnectionString"/>.</summary>
    [Setting("connection.url", Doc = "JDBC address: jdbc:postgresql://db:5432/shop?currentSchema=public", Importance = ConfigImportance.High, Group = "Connection")]
    public string? ConnectionUrl { get; init; }

    /// <summary>User name; wins over the one in the address.</summary>
    [Setting("connection.user", Doc = "User name", Aliases = ["connection.username"], Importance = ConfigImportance.High, Group = "Connection")]
    public string? ConnectionUser { get; init; }

    /// <summary>Password; wins over the one in the address.</summary>
    [Setting("connection.password", Doc = "Password", Importance = ConfigImportance.High, Group = "Connection")]
    public Secret? ConnectionPassword { get; init; }

    /// <summary>Default insert.</summary>
    [Setting("insert.mode", Doc = "insert, upsert or update", Importance = ConfigImportance.High, Group = "Writes")]
    public InsertMode InsertMode { get; init; }

    /// <summary>Whether a record with a key and no value deletes the row. Needs <c>pk.mode=record_key</c>. Default no.</summary>
    [Setting("delete.enabled", Doc = "Whether to treat null record values as deletes. Requires pk.mode to be record_key.", Group = "Writes")]
    public bool DeleteEnabled { get; init; }

    /// <summary>The most rows of one statement. Default 3000.</summary>
    [Setting("batch.size", AtLeast = 1, Doc = "How many records to write with one statement, when possible", Group = "Writes")]
    public int BatchSize { get; init; } = 3000;

    /// <summary>The table of a topic; <c>${topic}</c> stands for the topic. A dot separates schema and table. Default <c>${topic}</c>.</summary>
    [Setting("table.name.format", Doc = "The destination table, ${topic} standing for the topic's name; a dot separates schema and table", Group = "Data Mapping")]
    public string TableNameFormat { get; init; } = "${topic}";

    /// <summary>Default none.</summary>
    [Setting("pk.mode", Doc = "Where the primary key comes from: none, kafka (topic, partition, offset), record_key, record_value", Importance = ConfigImportance.High, Group = "Data Mapping")]
    public PrimaryKeyMode PrimaryKeyMode { get; init; }

    /// <summary>The columns of the primary key. Default: all fields of the key or value; for kafka <c>__connect_topic</c> and its like.</summary>
    [Setting("pk.fields", Doc = "Names of the primary key's columns, separated by commas", Group = "Data Mapping")]
    public IReadOnlyList<string> PrimaryKeyFields { get; init; } = [];

    /// <summary>The fields of the value that are written; all when empty.</summary>
    [Setting("fields.whitelist", Aliases = ["fields.include"], Doc = "Names of the value's fields to write; all unless given. Fields of the primary key are written in any case.", Group = "Data Mapping")]
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The time zone in which columns of type timestamp without time zone are written. Default UTC.</summary>
    [Setting("db.timezone", Doc = "Time zone of columns without time zone", Group = "Data Mapping")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether a missing table is created from the records. Default no.</summary>
    [Setting("auto.create", Doc = "Whether to create the destination table from the records if it is missing", Group = "DDL Support")]
    public bool AutoCreate { get; init; }

    /// <summary>Whether columns that records have and the table lacks are added. Default no.</summary>
    [Setting("auto.evolve", Doc = "Whether to add columns that the table lacks; nothing is ever changed or dropped", Group = "DDL Support")]
    public bool AutoEvolve { get; init; }

    /// <summary>Default always.</summary>
    [Setting("quote.sql.identifiers", Doc = "always or never", Group = "DDL Support")]
    public IdentifierQuoting QuoteIdentifiers { get; init; }

    /// <summary>How often the same records are tried again after an error that may pass. Default 10.</summary>
    [Setting("max.retries", AtLeast = 0, Doc = "The maximum number of times to retry on errors before failing the task", Group = "Retries")]
    public int MaxRetries { get; init; } = 10;

    /// <summary>The wait before each of them. Default 3 s.</summary>
    [Setting("retry.backoff.ms", AtLeast = 0, Doc = "The time in milliseconds to wait following an error before a retry attempt is made", Group = "Retries")]
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromSeconds(3);
}
