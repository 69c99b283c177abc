using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Gives the schema of the key or value a name or a version.</summary>
internal sealed class SetSchemaMetadata : SideTransform
{
    private readonly SchemaCache _renamed;
    private string? _name;
    private int? _version;

    public SetSchemaMetadata(RecordSide side)
        : base(side) => _renamed = new SchemaCache(schema =>
            SchemaBuilder.From(schema).Named(_name ?? schema.Name).Versioned(_version ?? schema.Version).Build());

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Optional("schema.name", "Schema name to set."),
        TransformKeys.Optional("schema.version", "Schema version to set.", null, ConfigType.Int),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _name = config.NonEmptyText("schema.name");
        _version = (int?)config["schema.version"];
        if (_name is null && _version is null)
            throw new ConfigException("Neither schema name nor version configured");
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value) =>
        throw new DataException("Schema required for [updating schema metadata]");

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var renamed = _renamed[schema];
        if (value is not Struct old)
            return With(record, renamed, value);

        var changed = new Struct(renamed);
        foreach (var field in renamed.Fields)
            changed.Put(field, old.WithoutDefault(field));

        return With(record, renamed, changed);
    }
}
