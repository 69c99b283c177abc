using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Overwrites fields with nothing: zero, empty, false, or with a replacement that is given.</summary>
internal sealed class MaskField(RecordSide side) : SideTransform(side)
{
    private HashSet<string> _fields = [];
    private string? _replacement;

    public override ConfigDefinition Definition { get; } = new(
        TransformKeys.Required("fields", "Names of fields to mask.", ConfigType.List),
        TransformKeys.Optional("replacement", "Custom value replacement, that will be applied to all 'fields' values (numeric or non-empty string values only)."),
        TransformKeys.ReplaceNull);

    public override void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _fields = [.. config.List("fields")];
        _replacement = config.TextOrNull("replacement");
        if (_replacement is "")
            throw new ConfigException(ConfigRules.Invalid("replacement", "", "String must be non-empty"));
    }

    protected override ConnectRecord ApplyBare(ConnectRecord record, object value)
    {
        var masked = new Dictionary<string, object?>(MapOf(value), StringComparer.Ordinal);
        foreach (var field in _fields)
        {
            if (masked.TryGetValue(field, out var old) && old is not null)
                masked[field] = Masked(old);
        }

        return With(record, null, masked);
    }

    protected override ConnectRecord ApplySchemad(ConnectRecord record, Schema schema, object value)
    {
        var old = StructOf(value);
        var masked = new Struct(schema);
        foreach (var field in schema.Fields)
        {
            var item = old.WithoutDefault(field);
            masked.Put(field, _fields.Contains(field.Name) && item is not null ? Masked(item) : item);
        }

        return With(record, schema, masked);
    }

    private object Masked(object value)
    {
        if (_replacement is not null)
            return Replaced(value, _replacement);

        return value switch
        {
            string => "",
            bool => false,
            sbyte => (sbyte)0,
            short => (short)0,
            int => 0,
            long => 0L,
            float => 0f,
            double => 0d,
            BigDecimal number => new BigDecimal(0, number.Scale),
            DateOnly => new DateOnly(1970, 1, 1),
            TimeOnly => TimeOnly.MinValue,
            DateTimeOffset => DateTimeOffset.UnixEpoch,
            IReadOnlyList<object?> => Array.Empty<object?>(),
            IReadOnlyDictionary<string, object?> => new Dictionary<string, object?>(),
            _ => throw new DataException($"Cannot mask value of type: {value.GetType().Name}"),
        };
    }

    private static object Replaced(object value, string replacement)
    {
        try
        {
            return value switch
            {
                string => replacement,
                sbyte => sbyte.Parse(replacement),
                short => short.Parse(replacement),
                int => int.Parse(replacement),
                long => long.Parse(replacement),
                float => float.Parse(replacement),
                double => double.Parse(replacement),
                BigDecimal number => BigDecimal.Parse(replacement).WithScale(number.Scale),
                _ => throw new DataException($"Cannot mask value of type {value.GetType().Name} with custom replacement."),
            };
        }
        catch (Exception problem) when (problem is FormatException or OverflowException)
        {
            throw new DataException($"Unable to convert {replacement} ({value.GetType().Name}) to number: {problem.Message}", problem);
        }
    }
}
