using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Wraps the key or value into a struct, or without schema into a map, under one field name.</summary>
internal sealed class HoistField : SideTransform
{
    private readonly SchemaCache _outer;
    private string _field = "";

    public HoistField(RecordSide side)
        : base(side) => _outer = new SchemaCache(inner => SchemaBuilder.Struct().Field(_field, inner).Build());

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("field", "Field name for the single field that will be created in the resulting Struct or Map."));

    public override void Configure(IReadOnlyDictionary<string, string> properties) => _field = Definition.Parse(properties).Text("field");

    protected override ConnectRecord ApplyNull(ConnectRecord record) =>
        record.Side(Side).Schema is { } schema ? ApplySchemad(record, schema, null) : ApplyBare(record, null);

    protected override ConnectRecord ApplyBare(ConnectRecord record, object? value) =>
        With(record, null, new Dictionary<string, object?> { [_field] = value });

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object? value) =>
        With(record, _outer[schema], new Struct(_outer[schema]).Put(_field, value));
}
