using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Names a field, in syntax V2 also one inside others: steps between dots, back-ticks around steps that contain dots.</summary>
internal sealed class FieldPath
{
    private readonly string _text;
    private readonly IReadOnlyList<string> _steps;

    private FieldPath(string text, IReadOnlyList<string> steps)
    {
        _text = text;
        _steps = steps;
    }

    public static FieldPath Empty { get; } = new("", []);

    public static ConfigKey SyntaxKey { get; } = new(
        "field.syntax.version", ConfigType.String, "V1: names of fields at the top only. V2: a.b finds b inside a, `a.b` a field with a dot in its name.")
    {
        Default = "V1",
        Importance = ConfigImportance.High,
        Rule = ConfigRules.OneOf("V1", "V2"),
    };

    public static FieldPath Parse(string text, Config config) =>
        config.Text(SyntaxKey.Name).Equals("V2", StringComparison.OrdinalIgnoreCase) ? new FieldPath(text, Steps(text)) : new FieldPath(text, [text]);

    public Schema? SchemaIn(Schema schema)
    {
        Schema? at = schema;
        foreach (var step in _steps)
            at = at?.Type == SchemaType.Struct ? at.FieldOf(step)?.Schema : null;

        return at;
    }

    public object? In(IReadOnlyDictionary<string, object?> map)
    {
        object? at = map;
        foreach (var step in _steps)
            at = at is IReadOnlyDictionary<string, object?> inner ? inner.GetValueOrDefault(step) : null;

        return at;
    }

    public object? In(Struct value, bool replaceNull)
    {
        object? at = value;
        foreach (var step in _steps)
        {
            if (at is not Struct inner || inner.Schema.FieldOf(step) is not { } field)
                return null;
            at = replaceNull ? inner[field] : inner.WithoutDefault(field);
        }

        return at;
    }

    public override string ToString() => _text;

    private static List<string> Steps(string text)
    {
        var steps = new List<string>();
        for (var i = 0; i <= text.Length;)
        {
            if (i < text.Length && text[i] == '`')
            {
                var end = text.IndexOf('`', i + 1);
                if (end < 0 || (end + 1 < text.Length && text[end + 1] != '.'))
                    throw new ConfigException($"Incomplete backtick pair in the field path \"{text}\".");
                steps.Add(text[(i + 1)..end]);
                i = end + 2;
                continue;
            }

            var dot = text.IndexOf('.', i);
            var stop = dot < 0 ? text.Length : dot;
            steps.Add(text[i..stop]);
            i = stop + 1;
        }

        return steps;
    }
}
