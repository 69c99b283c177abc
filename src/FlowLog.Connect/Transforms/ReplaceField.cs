using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Leaves out fields, keeps only some, or gives them other names.</summary>
internal sealed class ReplaceField : SideTransform
{
    private readonly SchemaCache _changed;
    private HashSet<string> _include = [], _exclude = [];
    private Dictionary<string, string> _renames = [];

    public ReplaceField(RecordSide side)
        : base(side) => _changed = new SchemaCache(Change);

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.List("exclude", "Fields to exclude. This takes precedence over the fields to include."),
        TransformKeys.List("include", "Fields to include. If specified, only these fields will be used."),
        TransformKeys.List("renames", "Field rename mappings: old:new."),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _exclude = [.. config.List("exclude")];
        _include = [.. config.List("include")];
        _renames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var mapping in config.List("renames"))
        {
            if (mapping.Split(':') is not [var from, var to])
                throw new ConfigException(ConfigRules.Invalid("renames", mapping, "must be a list of colon-delimited pairs, e.g. foo:bar,abc:xyz"));
            _renames[from.Trim()] = to.Trim();
        }
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        var changed = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, item) in MapOf(value))
        {
            if (Keeps(name))
                changed[NameOf(name)] = item;
        }

        return With(record, null, changed);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var old = StructOf(value);
        var changed = new Struct(_changed[schema]);
        foreach (var field in schema.Fields)
        {
            if (Keeps(field.Name))
                changed.Put(NameOf(field.Name), old.WithoutDefault(field));
        }

        return With(record, changed.Schema, changed);
    }

    private Schema Change(Schema schema)
    {
        var builder = SchemaBuilder.FromWithoutFields(schema);
        foreach (var field in schema.Fields)
        {
            if (Keeps(field.Name))
                builder.Field(NameOf(field.Name), field.Schema);
        }

        return builder.Build();
    }

    private bool Keeps(string name) => !_exclude.Contains(name) && (_include.Count == 0 || _include.Contains(name));

    private string NameOf(string name) => _renames.GetValueOrDefault(name, name);
}
