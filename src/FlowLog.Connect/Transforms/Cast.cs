using System.Globalization;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Changes the type of fields, or of a key or value that is no struct.</summary>
internal sealed class Cast : SideTransform
{
    private readonly SchemaCache _cast;
    private Dictionary<string, SchemaType> _byField = [];
    private SchemaType? _whole;

    public Cast(RecordSide side)
        : base(side) => _cast = new SchemaCache(Change);

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Required(
            "spec",
            "List of fields and the type to cast them to of the form field1:type,field2:type; a single type casts the whole value. "
            + "Types: int8, int16, int32, int64, float32, float64, boolean, string.",
            ConfigType.List),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        _byField = new Dictionary<string, SchemaType>(StringComparer.Ordinal);
        _whole = null;
        foreach (var mapping in Definition.Parse(properties).List("spec"))
        {
            switch (mapping.Split(':'))
            {
                case [var type]:
                    _whole = _whole is null && _byField.Count == 0 ? TypeOf(type) : throw Mixed(mapping);
                    break;
                case [var field, var type]:
                    _byField[field.Trim()] = _whole is null ? TypeOf(type) : throw Mixed(mapping);
                    break;
                default:
                    throw new ConfigException(ConfigRules.Invalid("spec", mapping, "must be of the form field:type"));
            }
        }
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        if (_whole is { } type)
            return With(record, null, CastTo(type, value));

        var changed = new Dictionary<string, object?>(MapOf(value), StringComparer.Ordinal);
        foreach (var (field, target) in _byField)
        {
            if (changed.TryGetValue(field, out var old) && old is not null)
                changed[field] = CastTo(target, old);
        }

        return With(record, null, changed);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        if (_whole is { } type)
            return With(record, _cast[schema], CastTo(type, value));

        var old = StructOf(value);
        var changed = new Struct(_cast[schema]);
        foreach (var field in schema.Fields)
        {
            var item = old.WithoutDefault(field);
            changed.Put(field.Name, item is not null && _byField.TryGetValue(field.Name, out var target) ? CastTo(target, item) : item);
        }

        return With(record, changed.Schema, changed);
    }

    private Schema Change(Schema schema)
    {
        if (_whole is { } whole)
            return CastSchema(schema, whole);

        var builder = SchemaBuilder.FromWithoutFields(schema);
        foreach (var field in schema.Fields)
            builder.Field(field.Name, _byField.TryGetValue(field.Name, out var target) ? CastSchema(field.Schema, target) : field.Schema);

        return builder.Build();
    }

    private static Schema CastSchema(Schema schema, SchemaType type)
    {
        var builder = new SchemaBuilder(type);
        if (schema.IsOptional)
            builder.Optional();
        if (schema.Default is { } standIn)
            builder.Default(CastTo(type, standIn));

        return builder.Build();
    }

    private static object CastTo(SchemaType type, object value)
    {
        var raw = type == SchemaType.String ? value : LogicalTypes.ToRaw(value is BigDecimal number ? number.ToDouble() : value);
        try
        {
            return type switch
            {
                SchemaType.Int8 => raw is string digits ? sbyte.Parse(digits, CultureInfo.InvariantCulture) : unchecked((sbyte)Whole(raw)),
                SchemaType.Int16 => raw is string digits ? short.Parse(digits, CultureInfo.InvariantCulture) : unchecked((short)Whole(raw)),
                SchemaType.Int32 => raw is string digits ? int.Parse(digits, CultureInfo.InvariantCulture) : unchecked((int)Whole(raw)),
                SchemaType.Int64 => Whole(raw),
                SchemaType.Float32 => (float)Real(raw),
                SchemaType.Float64 => Real(raw),
                SchemaType.Boolean => raw is string text ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : Whole(raw) != 0,
                _ => raw is byte[] ? throw new DataException("Cast does not support bytes.") : ValueText.Of(raw),
            };
        }
        catch (Exception problem) when (problem is FormatException or OverflowException or InvalidCastException)
        {
            throw new DataException($"Value ({ValueText.Of(value)}) was out of range or no number for the requested data type {type.WireName()}", problem);
        }
    }

    // As in Java, a real number loses its fraction and a number too large its upper bits; text must fit.
    private static long Whole(object raw) => raw switch
    {
        bool flag => flag ? 1 : 0,
        string text => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        float or double => (long)Convert.ToDouble(raw, CultureInfo.InvariantCulture),
        _ => Convert.ToInt64(raw, CultureInfo.InvariantCulture),
    };

    private static double Real(object raw) => raw switch
    {
        bool flag => flag ? 1 : 0,
        string text => double.Parse(text, CultureInfo.InvariantCulture),
        _ => Convert.ToDouble(raw, CultureInfo.InvariantCulture),
    };

    private static SchemaType TypeOf(string name) => name.Trim().ToLowerInvariant() switch
    {
        "int8" => SchemaType.Int8,
        "int16" => SchemaType.Int16,
        "int32" => SchemaType.Int32,
        "int64" => SchemaType.Int64,
        "float32" => SchemaType.Float32,
        "float64" => SchemaType.Float64,
        "boolean" => SchemaType.Boolean,
        "string" => SchemaType.String,
        _ => throw new ConfigException(ConfigRules.Invalid(
            "spec", name, "must be one of int8, int16, int32, int64, float32, float64, boolean, string")),
    };

    private static ConfigException Mixed(string mapping) =>
        new(ConfigRules.Invalid("spec", mapping, "casting the whole value excludes every other entry"));
}
