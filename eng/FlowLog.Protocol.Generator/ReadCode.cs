namespace FlowLog.Protocol.Generator;

/// <summary>Writes the <c>Read</c> method of a message or struct: every field is assigned, those outside the version get their default.</summary>
internal sealed class ReadCode(CodeWriter code, StructModel model, MessageModel message)
{
    private readonly bool _isRoot = model == message.Root;

    public void Emit()
    {
        code.Line(_isRoot ? "/// <inheritdoc/>" : "/// <summary>Reads every field; those that the version does not have get their default.</summary>");
        code.Open($"{(_isRoot ? "public" : "internal")} void Read(ref WireReader reader, short version)");
        if (_isRoot)
        {
            code.Open("if (version is < LowestVersion or > HighestVersion)");
            code.Line($"reader.Fail($\"{message.Name} has no version {{version}}\");");
            code.Line("return;");
            code.Close();
            code.Line();
        }

        var flexible = VersionCode.Flexible(message.Flexible, model.Versions);
        code.Line($"{(flexible is "true" or "false" ? "const bool" : "var")} flexible = {flexible};");
        foreach (var field in model.Fields.Where(f => !f.IsTagged))
            EmitField(field);

        foreach (var field in model.Fields.Where(f => f.IsTagged))
            code.Line($"{field.Name} = {FieldCode.DefaultValue(field)};");

        if (flexible != "false")
            EmitTags(flexible);

        code.Close();
    }

    private void EmitField(FieldModel field)
    {
        var condition = VersionCode.Condition(field.Versions, model.Versions);
        if (condition.Length == 0)
        {
            EmitRead(field, "flexible");
        }
        else if (field.Struct is null)
        {
            code.Line($"{field.Name} = {condition} ? {ReadExpression(field, "flexible")} : {FieldCode.TypedDefault(field)};");
        }
        else
        {
            code.Open($"if ({condition})");
            EmitRead(field, "flexible");
            code.Close();
            code.Open("else");
            code.Line($"{field.Name} = {FieldCode.DefaultValue(field)};");
            code.Close();
        }
    }

    private void EmitRead(FieldModel field, string flexible)
    {
        if (field is { IsArray: true, Type: WireType.Struct })
            EmitStructList(field, flexible, NullableCondition(field));
        else if (field.IsStruct)
            EmitStruct(field, NullableCondition(field));
        else
            code.Line($"{field.Name} = {ReadExpression(field, flexible)};");
    }

    private static string ReadExpression(FieldModel field, string flexible) => FieldCode.HasLength(field)
        ? LengthRead(field, field.Inflexible ? "false" : flexible, NullableCondition(field))
        : $"reader.Read{FieldCode.Verb(field)}()";

    /// <summary>"true", "false", or the condition under which the field may be null.</summary>
    private static string NullableCondition(FieldModel field)
    {
        if (!field.IsNullable)
            return "false";

        var condition = VersionCode.Condition(field.Nullable, field.Versions);
        return condition.Length == 0 ? "true" : condition;
    }

    private static string LengthRead(FieldModel field, string flexible, string nullable)
    {
        var verb = FieldCode.Verb(field);
        if (verb == "Numbers")
            verb += $"<{FieldCode.ElementType(field)}>";

        return nullable switch
        {
            "false" => $"reader.Read{verb}({flexible})",
            "true" => $"reader.ReadNullable{verb}({flexible})",
            _ => $"({nullable} ? reader.ReadNullable{verb}({flexible}) : reader.Read{verb}({flexible}))",
        };
    }

    private void EmitStruct(FieldModel field, string nullable)
    {
        var read = $"{field.Name} = new {field.StructName}(ref reader, version);";
        if (nullable == "false")
        {
            code.Line(read);
            return;
        }

        var presence = field.IsTagged ? "reader.ReadTaggedPresence()" : "reader.ReadPresence()";
        code.Line(nullable == "true" ? $"if (!{presence})" : $"if ({nullable} && !{presence})");
        code.Line($"    {field.Name} = null;");
        code.Line("else");
        code.Line("    " + read);
    }

    private void EmitStructList(FieldModel field, string flexible, string nullable)
    {
        var create = $"new List<{field.StructName}>(count)";
        code.Open();
        code.Line($"var count = reader.ReadCount({flexible}, smallestElement: {FieldCode.SmallestElement(field, message.Flexible)}, nullable: {nullable});");
        code.Line($"var list = {(nullable == "false" ? create : $"count < 0 ? null : {create}")};");
        code.Line("for (; count > 0 && !reader.Failed; count--)");
        code.Line($"    list.Add(new {field.StructName}(ref reader, version));");
        code.Line($"{field.Name} = list;");
        code.Close();
    }

    private void EmitTags(string flexible)
    {
        var tagged = model.Fields.Where(f => f.IsTagged).ToList();
        if (tagged.Count == 0)
        {
            code.When(flexible == "true" ? "" : "flexible", "reader.SkipTags();");
            return;
        }

        var depth = flexible == "true" ? "" : "if (flexible)";
        code.Open(depth);
        code.Open("for (var tags = reader.ReadTagCount(); tags > 0 && !reader.Failed; tags--)");
        code.Line("var tag = reader.ReadTag(out var end);");
        code.Open("switch (tag)");
        foreach (var field in tagged)
        {
            var flexibleVersions = message.Flexible.Within(model.Versions);
            var condition = VersionCode.Condition(field.Versions, flexibleVersions);
            code.Line(condition.Length == 0 ? $"case {field.Tag}:" : $"case {field.Tag} when {condition}:");
            code.Open();
            EmitRead(field, "true");
            code.Line("reader.EndTag(end);");
            code.Line("break;");
            code.Close();
        }

        code.Line("default:");
        code.Line("    reader.SkipTo(end);");
        code.Line("    break;");
        code.Close();
        code.Close();
        code.Close();
    }
}
