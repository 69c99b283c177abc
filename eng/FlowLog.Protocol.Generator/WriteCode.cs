namespace FlowLog.Protocol.Generator;

/// <summary>Writes the <c>Write</c> method of a message or struct.</summary>
internal sealed class WriteCode(CodeWriter code, StructModel model, MessageModel message)
{
    private readonly bool _isRoot = model == message.Root;

    public void Emit()
    {
        code.Line(_isRoot ? "/// <inheritdoc/>" : "/// <summary>Writes the fields that the version has.</summary>");
        code.Open($"{(_isRoot ? "public" : "internal")} void Write(WireWriter writer, short version)");
        if (_isRoot)
            code.When("version is < LowestVersion or > HighestVersion", $"throw UnsupportedFieldException.InVersion(\"{message.Name}\", version);");

        var flexible = VersionCode.Flexible(message.Flexible, model.Versions);
        code.Line($"{(flexible is "true" or "false" ? "const bool" : "var")} flexible = {flexible};");
        foreach (var field in model.Fields.Where(f => !f.IsTagged))
            EmitField(field);

        if (flexible != "false")
            EmitTags(flexible);
        else
            foreach (var field in model.Fields.Where(f => f.IsTagged))
                EmitRefusal(field, "");

        code.Close();
    }

    private void EmitField(FieldModel field)
    {
        var condition = VersionCode.Condition(field.Versions, model.Versions);
        if (condition.Length == 0)
        {
            EmitWrite(field, field.Versions, "flexible");
            return;
        }

        if (field.Type == WireType.Struct || (field.IsNullable && !field.Nullable.Covers(field.Versions)))
        {
            code.Open($"if ({condition})");
            EmitWrite(field, field.Versions, "flexible");
            code.Close();
        }
        else
        {
            code.Line($"if ({condition})");
            code.Indented(() => EmitWrite(field, field.Versions, "flexible"));
        }

        if (!field.Ignorable)
            EmitRefusal(field, "else ");
    }

    private void EmitRefusal(FieldModel field, string before)
    {
        code.Line($"{before}if ({FieldCode.DiffersFromDefault(field)})");
        code.Line($"    throw new UnsupportedFieldException(\"{message.Name}\", \"{FieldPath(field)}\", version);");
    }

    private string FieldPath(FieldModel field) => _isRoot ? field.Name : $"{model.Name}.{field.Name}";

    private void EmitWrite(FieldModel field, VersionRange context, string flexible)
    {
        if (field.Inflexible)
            flexible = "false";

        var nullable = !field.IsNullable ? "false" : VersionCode.Condition(field.Nullable, context);
        if (nullable.Length == 0)
            nullable = "true";

        if (nullable is not ("true" or "false"))
        {
            // In the versions that know no null, a null is the caller's mistake and says which field it was.
            code.Line(field.Type == WireType.Records && !field.IsArray ? $"if ({field.Name}.IsNull && !({nullable}))" : $"if ({field.Name} is null && !({nullable}))");
            code.Line($"    throw UnsupportedFieldException.Null(\"{message.Name}\", \"{FieldPath(field)}\", version);");
        }

        var mayBeNull = nullable != "false";
        if (field is { IsArray: true, Type: WireType.Struct })
            EmitStructList(field, flexible, mayBeNull);
        else if (field.IsStruct)
            EmitStruct(field, nullable);
        else if (!FieldCode.HasLength(field))
            code.Line($"writer.Write{FieldCode.Verb(field)}({field.Name});");
        else
            code.Line($"writer.Write{(mayBeNull ? "Nullable" : "")}{FieldCode.Verb(field)}({field.Name}, {flexible});");
    }

    private void EmitStruct(FieldModel field, string nullable)
    {
        if (nullable == "false")
        {
            code.Line($"{field.Name}.Write(writer, version);");
            return;
        }

        code.When(nullable == "true" ? "" : nullable, $"writer.Write{(field.IsTagged ? "Tagged" : "")}Presence({field.Name} is not null);");
        code.Line($"{field.Name}?.Write(writer, version);");
    }

    private void EmitStructList(FieldModel field, string flexible, bool mayBeNull)
    {
        code.Line(mayBeNull ? $"writer.WriteCount({field.Name} is null ? -1 : {field.Name}.Count, {flexible});" : $"writer.WriteCount({field.Name}.Count, {flexible});");
        code.Line($"foreach (var element in CollectionsMarshal.AsSpan({field.Name}))");
        code.Line("    element.Write(writer, version);");
    }

    private void EmitTags(string flexible)
    {
        var tagged = model.Fields.Where(f => f.IsTagged).OrderBy(f => f.Tag).ToList();
        if (tagged.Count == 0)
        {
            code.When(flexible == "true" ? "" : "flexible", "writer.WriteTagCount(0);");
            return;
        }

        foreach (var field in tagged.Where(f => !f.Ignorable))
        {
            var present = VersionCode.Condition(field.Versions, model.Versions);
            if (present.Length > 0)
            {
                code.Line($"if (!({present}) && ({FieldCode.DiffersFromDefault(field)}))");
                code.Line($"    throw new UnsupportedFieldException(\"{message.Name}\", \"{FieldPath(field)}\", version);");
            }
        }

        code.Open(flexible == "true" ? "" : "if (flexible)");
        code.Line("var tags = 0;");
        foreach (var field in tagged)
        {
            var present = VersionCode.Condition(field.Versions, message.Flexible.Within(model.Versions));
            var differs = FieldCode.DiffersFromDefault(field);
            code.Line($"var has{field.Name} = {(present.Length == 0 ? differs : $"{present} && ({differs})")};");
            code.Line($"if (has{field.Name}) tags++;");
        }

        code.Line("writer.WriteTagCount(tags);");
        foreach (var field in tagged)
        {
            code.Open($"if (has{field.Name})");
            code.Line($"var body = writer.BeginTag({field.Tag});");
            EmitWrite(field, field.Versions, "true");
            code.Line("writer.EndTag(body);");
            code.Close();
        }

        code.Close();
    }
}
