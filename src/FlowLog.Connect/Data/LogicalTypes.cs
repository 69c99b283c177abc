namespace FlowLog.Connect.Data;

/// <summary>The logical types that every converter knows, under the names that Kafka gave them.</summary>
public static class LogicalTypes
{
    /// <summary>Bytes that hold an unscaled integer; the scale is a parameter. Carried as <see cref="BigDecimal"/>.</summary>
    public const string Decimal = "org.apache.kafka.connect.data.Decimal";

    /// <summary>Int32: days since 1970-01-01. Carried as <see cref="DateOnly"/>.</summary>
    public const string Date = "org.apache.kafka.connect.data.Date";

    /// <summary>Int32: milliseconds since midnight. Carried as <see cref="TimeOnly"/>.</summary>
    public const string Time = "org.apache.kafka.connect.data.Time";

    /// <summary>Int64: milliseconds since 1970-01-01 UTC. Carried as <see cref="DateTimeOffset"/>.</summary>
    public const string Timestamp = "org.apache.kafka.connect.data.Timestamp";

    /// <summary>The parameter of <see cref="Decimal"/> that holds the scale.</summary>
    public const string Scale = "scale";

    private static readonly DateOnly s_epoch = new(1970, 1, 1);

    /// <summary>Starts a schema of decimals with this many digits after the point.</summary>
    public static SchemaBuilder DecimalOf(int scale) =>
        new SchemaBuilder(SchemaType.Bytes).Named(Decimal).Parameter(Scale, scale.ToString()).Versioned(1);

    /// <summary>Starts a schema of dates.</summary>
    public static SchemaBuilder DateBuilder() => new SchemaBuilder(SchemaType.Int32).Named(Date).Versioned(1);

    /// <summary>Starts a schema of times of day.</summary>
    public static SchemaBuilder TimeBuilder() => new SchemaBuilder(SchemaType.Int32).Named(Time).Versioned(1);

    /// <summary>Starts a schema of instants.</summary>
    public static SchemaBuilder TimestampBuilder() => new SchemaBuilder(SchemaType.Int64).Named(Timestamp).Versioned(1);

    /// <summary>The scale of a decimal schema.</summary>
    public static int ScaleOf(Schema schema) =>
        schema.Parameters.TryGetValue(Scale, out var text) && int.TryParse(text, out var scale)
            ? scale
            : throw new DataException("Invalid Decimal schema: scale parameter not found.");

    /// <summary>Whether values of this schema are carried by a richer CLR type than the schema's type says.</summary>
    public static bool IsLogical(Schema schema) => schema.Name is Decimal or Date or Time or Timestamp;

    /// <summary>From the value that is stored or sent to the value that is carried.</summary>
    public static object ToLogical(Schema schema, object raw) => (schema.Name, raw) switch
    {
        (Decimal, byte[] bytes) => BigDecimal.FromBytes(bytes, ScaleOf(schema)),
        (Date, int days) => ToDate(days),
        (Time, int milliseconds) => ToTime(milliseconds),
        (Timestamp, long milliseconds) => ToTimestamp(milliseconds),
        _ => raw,
    };

    /// <summary>From the value that is carried to the value that is stored or sent.</summary>
    public static object ToRaw(object value) => value switch
    {
        BigDecimal number => number.ToBytes(),
        DateOnly date => date.DayNumber - s_epoch.DayNumber,
        TimeOnly time => (int)(time.Ticks / TimeSpan.TicksPerMillisecond),
        DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
        _ => value,
    };

    /// <summary>The instant this many milliseconds after 1970-01-01 UTC.</summary>
    public static DateTimeOffset ToTimestamp(long milliseconds)
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new DataException($"{milliseconds} ms since 1970 is not between the years 1 and 9999.");
        }
    }

    private static DateOnly ToDate(int days)
    {
        var number = (long)s_epoch.DayNumber + days;
        return number >= 0 && number <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)number)
            : throw new DataException($"{days} days since 1970 is not between the years 1 and 9999.");
    }

    private static TimeOnly ToTime(int milliseconds) =>
        milliseconds is >= 0 and < 86_400_000
            ? new TimeOnly(milliseconds * TimeSpan.TicksPerMillisecond)
            : throw new DataException($"{milliseconds} ms is not a time of day: Kafka Connect Time type should not have any date fields set to non-zero values.");
}
