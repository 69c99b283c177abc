namespace FlowLog.Protocol.Generator;

/// <summary>Reads the words of one field: <c>Name  type  versions  attributes</c>.</summary>
internal static class FieldParser
{
    private const string Attributes = "a version range, 'tag 0', '= default', 'nullable 3+', 'ignorable', 'key', 'inflexible' or what it names (topicName, brokerId, groupId, producerId, transactionalId)";

    public static FieldModel? Parse(List<string> words, int line, List<SchemaProblem> problems)
    {
        if (!SchemaParser.IsName(words[0]))
        {
            problems.Add(new SchemaProblem(line, $"'{words[0]}' is not a field name in PascalCase."));
            return null;
        }

        if (words.Count < 2)
        {
            problems.Add(new SchemaProblem(line, $"{words[0]} has no type."));
            return null;
        }

        var field = new FieldModel(words[0], line) { Versions = new VersionRange(0, VersionRange.Open) };
        return TakeType(field, words[1], problems) && TakeAttributes(field, words, problems) ? field : null;
    }

    private static bool TakeType(FieldModel field, string word, List<SchemaProblem> problems)
    {
        var name = word;
        if (name.EndsWith("?", StringComparison.Ordinal))
        {
            field.Nullable = new VersionRange(0, VersionRange.Open);
            name = name.Substring(0, name.Length - 1);
        }

        if (name.StartsWith("[]", StringComparison.Ordinal))
        {
            field.IsArray = true;
            name = name.Substring(2);
        }

        if (s_types.TryGetValue(name, out var type))
        {
            field.Type = type;
            return true;
        }

        field.Type = WireType.Struct;
        field.StructName = name;
        if (SchemaParser.IsName(name))
            return true;

        problems.Add(new SchemaProblem(field.Line, $"'{word}' is no type: expected {string.Join(", ", s_types.Keys)}, a struct's name, '[]' before it for an array, '?' behind it for nullable."));
        return false;
    }

    private static bool TakeAttributes(FieldModel field, List<string> words, List<SchemaProblem> problems)
    {
        for (var i = 2; i < words.Count; i++)
        {
            var word = words[i];
            var next = i + 1 < words.Count ? words[i + 1] : "";
            var understood = true;
            switch (word)
            {
                case "tag":
                    understood = ushort.TryParse(next, out var tag);
                    field.Tag = tag;
                    i++;
                    break;
                case "=":
                    understood = next.Length > 0;
                    field.Default = next;
                    i++;
                    break;
                case "nullable":
                    understood = VersionRange.TryParse(next, out var nullable);
                    field.Nullable = nullable;
                    i++;
                    break;
                case "ignorable":
                    field.Ignorable = true;
                    break;
                case "key":
                    field.IsKey = true;
                    break;
                case "inflexible":
                    field.Inflexible = true;
                    break;
                case "topicName" or "brokerId" or "groupId" or "producerId" or "transactionalId":
                    field.Entity = word;
                    break;
                default:
                    understood = VersionRange.TryParse(word, out var versions);
                    field.Versions = versions;
                    break;
            }

            if (understood)
                continue;

            problems.Add(new SchemaProblem(field.Line, VersionRange.LooksLikeOne(word)
                ? $"'{word}' is no version range: expected '3', '3-7' or '3+'."
                : $"'{word}' is not understood behind {field.Name}: expected {Attributes}."));
            return false;
        }

        return true;
    }

    private static readonly Dictionary<string, WireType> s_types = new()
    {
        ["bool"] = WireType.Bool,
        ["int8"] = WireType.Int8,
        ["int16"] = WireType.Int16,
        ["uint16"] = WireType.UInt16,
        ["int32"] = WireType.Int32,
        ["int64"] = WireType.Int64,
        ["float64"] = WireType.Float64,
        ["uuid"] = WireType.Uuid,
        ["string"] = WireType.String,
        ["bytes"] = WireType.Bytes,
        ["records"] = WireType.Records,
        ["error"] = WireType.Error,
    };
}
