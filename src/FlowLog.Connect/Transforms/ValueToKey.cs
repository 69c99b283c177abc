using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Makes a key of some of the value's fields.</summary>
internal sealed class ValueToKey : ITransform
{
    private readonly SchemaCache _keys;
    private IReadOnlyList<string> _fields = [];

    public ValueToKey() => _keys = new SchemaCache(KeySchema);

    public ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("fields", "Field names on the record value to extract as the record key.", ConfigType.List),
        TransformKeys.ReplaceNull);

    public void Configure(IReadOnlyDictionary<string, string> properties) => _fields = Definition.Parse(properties).List("fields");

    public ConnectRecord Apply(ConnectRecord record)
    {
        switch (record.ValueSchema, record.Value)
        {
            case (null, IReadOnlyDictionary<string, object?> map):
                var bare = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var field in _fields)
                    bare[field] = map.GetValueOrDefault(field);
                return record with { KeySchema = null, Key = bare };

            case ({ } schema, Struct value):
                var key = new Struct(_keys[schema]);
                foreach (var field in _fields)
                    key.Put(field, value[field]);
                return record with { KeySchema = key.Schema, Key = key };

            default:
                throw new DataException($"Only Struct and Map objects supported for [copying fields from value to key], found: {record.Value?.GetType().Name ?? "null"}");
        }
    }

    private Schema KeySchema(Schema value)
    {
        var builder = SchemaBuilder.Struct();
        foreach (var name in _fields)
            builder.Field(name, (value.FieldOf(name) ?? throw new DataException($"Field does not exist: {name}")).Schema);

        return builder.Build();
    }
}
