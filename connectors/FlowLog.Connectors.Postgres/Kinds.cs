using FlowLog.Connect.Data;

namespace FlowLog.Connectors.Postgres;

/// <summary>What kind of values a column gets.</summary>
internal enum Kind
{
    /// <summary>Nothing but nulls so far.</summary>
    Unknown,
    Boolean,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    Timestamp,

    /// <summary>Objects, and lists whose items are not all of one simple kind.</summary>
    Json,
}

/// <summary>A kind, or a list of it.</summary>
internal readonly record struct ColumnType(Kind Kind, bool IsArray = false)
{
    public static ColumnType Unknown => new(Kind.Unknown);

    /// <summary>The type of a column that is made for it.</summary>
    public string Sql => Element + (IsArray ? "[]" : "");

    private string Element => Kind switch
    {
        Kind.Boolean => "boolean",
        Kind.Int16 => "smallint",
        Kind.Int32 => "integer",
        Kind.Int64 => "bigint",
        Kind.Float32 => "real",
        Kind.Float64 => "double precision",
        Kind.Decimal => "numeric",
        Kind.Bytes => "bytea",
        Kind.Date => "date",
        Kind.Time => "time",
        Kind.Timestamp => "timestamptz",
        Kind.Json => "jsonb",
        _ => "text",
    };

    /// <summary>What a schema says.</summary>
    public static ColumnType Of(Schema schema) => (schema.Name, schema.Type) switch
    {
        (LogicalTypes.Decimal, _) => new(Kind.Decimal),
        (LogicalTypes.Date, _) => new(Kind.Date),
        (LogicalTypes.Time, _) => new(Kind.Time),
        (LogicalTypes.Timestamp, _) => new(Kind.Timestamp),
        (_, SchemaType.Int8 or SchemaType.Int16) => new(Kind.Int16),
        (_, SchemaType.Int32) => new(Kind.Int32),
        (_, SchemaType.Int64) => new(Kind.Int64),
        (_, SchemaType.Float32) => new(Kind.Float32),
        (_, SchemaType.Float64) => new(Kind.Float64),
        (_, SchemaType.Boolean) => new(Kind.Boolean),
        (_, SchemaType.String) => new(Kind.Text),
        (_, SchemaType.Bytes) => new(Kind.Bytes),
        (_, SchemaType.Array) when Of(schema.ValueSchema!) is { IsArray: false, Kind: not (Kind.Json or Kind.Bytes) } item => item with { IsArray = true },
        _ => new(Kind.Json),
    };

    /// <summary>What a value without a schema shows.</summary>
    public static ColumnType Of(object? value) => new(value switch
    {
        null => Kind.Unknown,
        bool => Kind.Boolean,
        sbyte or short => Kind.Int16,
        int => Kind.Int32,
        long => Kind.Int64,
        float => Kind.Float32,
        double => Kind.Float64,
        BigDecimal => Kind.Decimal,
        string => Kind.Text,
        byte[] => Kind.Bytes,
        DateOnly => Kind.Date,
        TimeOnly => Kind.Time,
        DateTimeOffset => Kind.Timestamp,
        _ => Kind.Json,
    });

    /// <summary>A type for both: of two that differ the wider number, else text.</summary>
    public ColumnType Join(ColumnType other)
    {
        if (this == other || other.Kind == Kind.Unknown)
            return this;
        if (Kind == Kind.Unknown)
            return other;
        if (IsArray || other.IsArray || Kind == Kind.Json || other.Kind == Kind.Json)
            return new(Kind.Json);

        var (low, high) = Kind < other.Kind ? (Kind, other.Kind) : (other.Kind, Kind);
        return new(low >= Kind.Int16 && high <= Kind.Decimal ? high : Kind.Text);
    }
}
