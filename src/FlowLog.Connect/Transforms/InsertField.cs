using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Adds fields with what Kafka knows about a record, or with a fixed text.</summary>
internal sealed class InsertField : SideTransform
{
    private readonly SchemaCache _extended;
    private Insertion? _topic, _partition, _offset, _timestamp, _static;
    private string _staticValue = "";

    public InsertField(RecordSide side)
        : base(side) => _extended = new SchemaCache(Extend);

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Optional("topic.field", "Field name for Kafka topic. Suffix with ! to make this a required field, or ? to keep it optional (the default)."),
        TransformKeys.Optional("partition.field", "Field name for Kafka partition. Suffix with ! to make this a required field, or ? to keep it optional (the default)."),
        TransformKeys.Optional("offset.field", "Field name for Kafka offset - only applicable to sink connectors. Suffix with ! to make this a required field, or ? to keep it optional (the default)."),
        TransformKeys.Optional("timestamp.field", "Field name for record timestamp. Suffix with ! to make this a required field, or ? to keep it optional (the default)."),
        TransformKeys.Optional("static.field", "Field name for static data field. Suffix with ! to make this a required field, or ? to keep it optional (the default)."),
        TransformKeys.Optional("static.value", "Static field value, if field name configured."),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _topic = Insertion.Parse(config.TextOrNull("topic.field"), Schema.String);
        _partition = Insertion.Parse(config.TextOrNull("partition.field"), Schema.Int32);
        _offset = Insertion.Parse(config.TextOrNull("offset.field"), Schema.Int64);
        _timestamp = Insertion.Parse(config.TextOrNull("timestamp.field"), LogicalTypes.TimestampBuilder().Build());
        _static = Insertion.Parse(config.TextOrNull("static.field"), Schema.String);

        if (_topic is null && _partition is null && _offset is null && _timestamp is null && _static is null)
            throw new ConfigException("No field insertion configured");
        if (_static is not null)
            _staticValue = config.TextOrNull("static.value") ?? throw new ConfigException("No value specified for static field: " + _static.Name);
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        var map = new Dictionary<string, object?>(MapOf(value), StringComparer.Ordinal);
        foreach (var (insertion, inserted) in Insertions(record))
            map[insertion.Name] = inserted is DateTimeOffset ? record.Timestamp : inserted;

        return With(record, null, map);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var old = StructOf(value);
        var extended = _extended[schema];
        var changed = new Struct(extended);
        foreach (var field in schema.Fields)
            changed.Put(field.Name, old.WithoutDefault(field));
        foreach (var (insertion, inserted) in Insertions(record))
            changed.Put(insertion.Name, inserted);

        return With(record, extended, changed);
    }

    private IEnumerable<(Insertion Insertion, object? Value)> Insertions(ConnectRecord record)
    {
        if (_topic is not null)
            yield return (_topic, record.Topic);
        if (_partition is not null && record.Partition is { } partition)
            yield return (_partition, partition);
        if (_offset is not null)
            yield return (_offset, (record as SinkRecord ?? throw new DataException("Offset insertion is only supported for sink connectors")).Offset);
        if (_timestamp is not null && record.Timestamp is { } timestamp)
            yield return (_timestamp, LogicalTypes.ToTimestamp(timestamp));
        if (_static is not null)
            yield return (_static, _staticValue);
    }

    private Schema Extend(Schema schema)
    {
        var builder = SchemaBuilder.From(schema);
        foreach (var insertion in new[] { _topic, _partition, _offset, _timestamp, _static })
        {
            if (insertion is not null)
                builder.Field(insertion.Name, insertion.Schema);
        }

        return builder.Build();
    }

    private sealed record Insertion(string Name, Schema Schema)
    {
        public static Insertion? Parse(string? text, Schema required) => text switch
        {
            null => null,
            [.. var name, '!'] => new Insertion(name, required),
            [.. var name, '?'] => new Insertion(name, required.AsOptional()),
            _ => new Insertion(text, required.AsOptional()),
        };
    }
}
