namespace FlowLog.Protocol.Generator;

/// <summary>Writes the static description of a message's fields.</summary>
internal sealed class SchemaTableCode(CodeWriter code, MessageModel message)
{
    private readonly HashSet<StructModel> _done = [];

    public void Emit()
    {
        code.Open($"file static class {message.Name}Table");
        Emit(message.Root);
        code.Line($"internal static readonly MessageSchema Schema = new(\"{message.Name}\", {message.Versions.Low}, {message.Versions.High}, {(message.Flexible.IsEmpty ? "null" : message.Flexible.Low.ToString())}, Fields_{message.Root.Name});");
        code.Close();
    }

    private void Emit(StructModel model)
    {
        if (!_done.Add(model))
            return;

        foreach (var field in model.Fields.Where(f => f.Struct is not null))
            Emit(field.Struct!);

        code.Line($"private static readonly FieldSchema[] Fields_{model.Name} =");
        code.Line("[");
        foreach (var field in model.Fields)
            code.Line($"    {Row(field)},");
        code.Line("];");
        code.Line();
    }

    private static string Row(FieldModel field)
    {
        var type = (field.IsArray ? "[]" : "") + (field.Type == WireType.Struct ? field.StructName : field.Type.ToString().ToLowerInvariant());
        var row = $"new(\"{field.Name}\", \"{type}\", {field.Versions.Low}, {field.Versions.High})";
        var more = new List<string>();
        if (field.IsNullable)
            more.Add($"NullableFrom = {field.Nullable.Low}, NullableTo = {field.Nullable.High}");
        if (field.IsTagged)
            more.Add($"Tag = {field.Tag}");
        if (field.Default.Length > 0)
            more.Add($"Default = {(field.Default[0] == '"' ? field.Default : $"\"{field.Default}\"")}");
        if (field.Ignorable)
            more.Add("Ignorable = true");
        if (field.IsKey)
            more.Add("IsKey = true");
        if (field.Inflexible)
            more.Add("Inflexible = true");
        if (field.Entity.Length > 0)
            more.Add($"Entity = \"{field.Entity}\"");
        if (field.Struct is not null)
            more.Add($"Fields = Fields_{field.Struct.Name}");

        return more.Count == 0 ? row : $"{row} {{ {string.Join(", ", more)} }}";
    }
}
