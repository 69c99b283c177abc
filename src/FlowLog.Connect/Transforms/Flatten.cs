using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Makes one level of nested structs or maps: names are joined.</summary>
internal sealed class Flatten : SideTransform
{
    private readonly SchemaCache _flat;
    private string _delimiter = ".";

    public Flatten(RecordSide side)
        : base(side) => _flat = new SchemaCache(schema =>
        {
            var builder = SchemaBuilder.FromWithoutFields(schema);
            AddFields(builder, schema, "", false);
            return builder.Build();
        });

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Optional("delimiter", "Delimiter to insert between field names from the input record when generating field names for the output record", "."),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties) => _delimiter = Definition.Parse(properties).Text("delimiter");

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        var flat = new Dictionary<string, object?>(StringComparer.Ordinal);
        AddItems(flat, MapOf(value), "");
        return With(record, null, flat);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var flat = new Struct(_flat[schema]);
        PutFields(flat, StructOf(value), schema, "");
        return With(record, flat.Schema, flat);
    }

    private void AddItems(Dictionary<string, object?> flat, IReadOnlyDictionary<string, object?> map, string prefix)
    {
        foreach (var (name, value) in map)
        {
            if (value is IReadOnlyDictionary<string, object?> inner)
                AddItems(flat, inner, Joined(prefix, name));
            else
                flat[Joined(prefix, name)] = value;
        }
    }

    // A field inside a struct that may be null may be null itself, whatever its own schema says.
    private void AddFields(SchemaBuilder builder, Schema schema, string prefix, bool optional)
    {
        foreach (var field in schema.Fields)
        {
            var mayBeNull = optional || field.Schema.IsOptional;
            if (field.Schema.Type == SchemaType.Struct)
                AddFields(builder, field.Schema, Joined(prefix, field.Name), mayBeNull);
            else
                builder.Field(Joined(prefix, field.Name), mayBeNull ? field.Schema.AsOptional() : field.Schema);
        }
    }

    private void PutFields(Struct flat, Struct? value, Schema schema, string prefix)
    {
        foreach (var field in schema.Fields)
        {
            var item = value?.WithoutDefault(field);
            if (field.Schema.Type == SchemaType.Struct)
                PutFields(flat, (Struct?)item, field.Schema, Joined(prefix, field.Name));
            else
                flat.Put(Joined(prefix, field.Name), item);
        }
    }

    private string Joined(string prefix, string name) => prefix.Length == 0 ? name : prefix + _delimiter + name;
}
