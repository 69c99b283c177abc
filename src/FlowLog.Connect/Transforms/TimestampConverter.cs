using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Changes how an instant is written: as text, as a number since 1970, or as one of the logical types.</summary>
internal sealed class TimestampConverter : SideTransform
{
    private readonly SchemaCache _changed;
    private string _field = "";
    private string _target = "";
    private DatePattern? _format;
    private long _ticksPerUnit = TimeSpan.TicksPerMillisecond;

    public TimestampConverter(RecordSide side)
        : base(side) => _changed = new SchemaCache(Change);

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Optional("field", "The field containing the timestamp, or empty if the entire value is a timestamp", ""),
        new ConfigKey("target.type", ConfigType.String, "The desired timestamp representation: string, unix, Date, Time, or Timestamp")
        {
            IsRequired = true, Importance = ConfigImportance.High, Rule = ConfigRules.OneOf("string", "unix", "Date", "Time", "Timestamp"),
        },
        TransformKeys.Optional("format", "A SimpleDateFormat-compatible format for the timestamp, used when it is or becomes text.", ""),
        new ConfigKey("unix.precision", ConfigType.String, "The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds.")
        {
            Default = "milliseconds", Importance = ConfigImportance.Low, Rule = ConfigRules.OneOf("seconds", "milliseconds", "microseconds", "nanoseconds"),
        },
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _field = config.Text("field");
        _target = config.Text("target.type").ToLowerInvariant();
        _format = config.NonEmptyText("format") is { } format ? DatePattern.Parse(format) : null;
        _ticksPerUnit = config.Text("unix.precision").ToLowerInvariant() switch
        {
            "seconds" => TimeSpan.TicksPerSecond,
            "microseconds" => TimeSpan.TicksPerMicrosecond,
            "nanoseconds" => 0,
            _ => TimeSpan.TicksPerMillisecond,
        };

        if (_target == "string" && _format is null)
            throw new ConfigException("TimestampConverter requires format option to be specified when using string timestamps");
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        if (_field.Length == 0)
            return With(record, null, Convert(value));

        var changed = new Dictionary<string, object?>(MapOf(value), StringComparer.Ordinal);
        if (changed.TryGetValue(_field, out var old))
            changed[_field] = Convert(old);

        return With(record, null, changed);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        if (_field.Length == 0)
            return With(record, TargetSchema(schema.IsOptional), Convert(value));

        var old = StructOf(value);
        var changed = new Struct(_changed[schema]);
        foreach (var field in schema.Fields)
            changed.Put(field.Name, field.Name == _field ? Convert(old[field]) : old.WithoutDefault(field));

        return With(record, changed.Schema, changed);
    }

    private Schema Change(Schema schema)
    {
        var builder = SchemaBuilder.FromWithoutFields(schema);
        foreach (var field in schema.Fields)
            builder.Field(field.Name, field.Name == _field ? TargetSchema(field.Schema.IsOptional) : field.Schema);

        return builder.Build();
    }

    private Schema TargetSchema(bool optional)
    {
        var schema = _target switch
        {
            "string" => Schema.String,
            "unix" => Schema.Int64,
            "date" => LogicalTypes.DateBuilder().Build(),
            "time" => LogicalTypes.TimeBuilder().Build(),
            _ => LogicalTypes.TimestampBuilder().Build(),
        };
        return optional ? schema.AsOptional() : schema;
    }

    private object? Convert(object? value) => value is null ? null : ToTarget(ToInstant(value));

    private DateTimeOffset ToInstant(object value) => value switch
    {
        DateTimeOffset instant => instant,
        DateOnly date => new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
        TimeOnly time => DateTimeOffset.UnixEpoch + time.ToTimeSpan(),
        long number => FromUnix(number),
        int number => FromUnix(number),
        string text => (_format ?? throw new ConfigException("TimestampConverter requires format option to be specified when using string timestamps")).Read(text),
        _ => throw new DataException($"TimestampConverter does not support {value.GetType().Name} objects as timestamps"),
    };

    private DateTimeOffset FromUnix(long number)
    {
        try
        {
            return DateTimeOffset.UnixEpoch.AddTicks(_ticksPerUnit == 0 ? number / 100 : checked(number * _ticksPerUnit));
        }
        catch (Exception problem) when (problem is ArgumentOutOfRangeException or OverflowException)
        {
            throw new DataException($"{number} is no instant between the years 1 and 9999 in the unit of unix.precision.", problem);
        }
    }

    private object ToTarget(DateTimeOffset instant) => _target switch
    {
        "string" => _format!.Format(instant),
        "unix" => _ticksPerUnit == 0
            ? (instant - DateTimeOffset.UnixEpoch).Ticks * 100
            : (long)Math.Floor((double)(instant - DateTimeOffset.UnixEpoch).Ticks / _ticksPerUnit),
        "date" => DateOnly.FromDateTime(instant.UtcDateTime),
        "time" => TimeOnly.FromDateTime(instant.UtcDateTime),
        _ => instant,
    };
}
