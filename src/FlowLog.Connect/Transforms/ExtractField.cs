using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Replaces the key or value by one of its fields; an absent one becomes null.</summary>
internal sealed class ExtractField(RecordSide side) : SideTransform(side)
{
    private FieldPath _path = FieldPath.Empty;
    private bool _replaceNull = true;

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("field", "Field name to extract."),
        FieldPath.SyntaxKey,
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _path = FieldPath.Parse(config.Text("field"), config);
        _replaceNull = config.Flag("replace.null.with.default");
    }

    protected override ConnectRecord ApplyNull(ConnectRecord record)
    {
        var schema = record.Side(Side).Schema;
        return With(record, schema is null ? null : _path.SchemaIn(schema), null);
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value) => With(record, null, _path.In(MapOf(value)));

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value) =>
        _path.SchemaIn(schema) is { } inner
            ? With(record, inner, _path.In(StructOf(value), _replaceNull))
            : throw new ConnectException($"Unknown field: {_path}");
}
