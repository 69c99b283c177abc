using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Removes headers by name.</summary>
internal sealed class DropHeaders : ITransform
{
    private IReadOnlyList<string> _names = [];

    public ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("headers", "The name of the headers to be removed.", ConfigType.List));

    public void Configure(IReadOnlyDictionary<string, string> properties) => _names = Definition.Parse(properties).List("headers");

    public ConnectRecord Apply(ConnectRecord record) => record with { Headers = record.Headers.Without(_names) };
}

/// <summary>Adds a header with a value read from the configuration.</summary>
internal sealed class InsertHeader : ITransform
{
    private string _name = "";
    private SchemaAndValue _value;

    public ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("header", "The name of the header."),
        TransformKeys.Required("value.literal", "The literal value that is to be set as the header value on all records."));

    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _name = config.Text("header");
        _value = Converters.HeaderText.Parse(config.Text("value.literal"));
    }

    public ConnectRecord Apply(ConnectRecord record) => record with { Headers = record.Headers.Add(_name, _value.Schema, _value.Value) };
}

/// <summary>Copies or moves fields into headers.</summary>
internal sealed class HeaderFrom : SideTransform
{
    private readonly SchemaCache _without;
    private IReadOnlyList<string> _fields = [], _headers = [];
    private bool _moves;

    public HeaderFrom(RecordSide side)
        : base(side) => _without = new SchemaCache(WithoutMoved);

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("fields", "Comma-separated list of field names in the record whose values are to be copied or moved to headers.", ConfigType.List),
        TransformKeys.Required("headers", "Comma-separated list of header names, in the same order as the field names listed in the fields configuration property.", ConfigType.List),
        new ConfigKey("operation", ConfigType.String, "Either move if the fields are to be moved to the headers (removed from the key/value), or copy if the fields are to be copied to the headers (retained in the key/value).")
        {
            IsRequired = true, Importance = ConfigImportance.High, Rule = ConfigRules.OneOf("move", "copy"),
        },
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _fields = config.List("fields");
        _headers = config.List("headers");
        _moves = config.Text("operation").Equals("move", StringComparison.OrdinalIgnoreCase);
        if (_fields.Count != _headers.Count)
            throw new ConfigException("'fields' config must have the same number of elements as 'headers' config.");
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        var map = new Dictionary<string, object?>(MapOf(value), StringComparer.Ordinal);
        var headers = record.Headers;
        for (var i = 0; i < _fields.Count; i++)
        {
            if (!map.TryGetValue(_fields[i], out var item))
                continue;
            headers = headers.Add(_headers[i], null, item);
            if (_moves)
                map.Remove(_fields[i]);
        }

        return With(record with { Headers = headers }, null, map);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var old = StructOf(value);
        var headers = record.Headers;
        for (var i = 0; i < _fields.Count; i++)
        {
            if (schema.FieldOf(_fields[i]) is { } field)
                headers = headers.Add(_headers[i], field.Schema, old[field]);
        }

        var headed = record with { Headers = headers };
        if (!_moves)
            return headed;

        var rest = new Struct(_without[schema]);
        foreach (var field in rest.Schema.Fields)
            rest.Put(field, old.WithoutDefault(schema.FieldOf(field.Name)!));

        return With(headed, rest.Schema, rest);
    }

    private Schema WithoutMoved(Schema schema)
    {
        var builder = SchemaBuilder.FromWithoutFields(schema);
        foreach (var field in schema.Fields)
        {
            if (!_fields.Contains(field.Name))
                builder.Field(field.Name, field.Schema);
        }

        return builder.Build();
    }
}
