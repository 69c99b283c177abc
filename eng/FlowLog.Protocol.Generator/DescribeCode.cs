namespace FlowLog.Protocol.Generator;

/// <summary>Writes what serves people and tests: the text form and the comparison with the default.</summary>
internal static class DescribeCode
{
    public static void EmitText(CodeWriter code, StructModel model)
    {
        code.Open("void IDescribed.Describe(MessageText text)");
        foreach (var field in model.Fields)
            code.Line($"text.Field(\"{field.Name}\", {field.Name});");
        code.Close();
        code.Line();
        code.Line("/// <summary>One line for people; long bytes are cut.</summary>");
        code.Line("public override string ToString() => MessageText.Of(this);");
    }

    public static void EmitComparison(CodeWriter code, StructModel model)
    {
        code.Line();
        code.Line($"internal bool IsDefault() => !({string.Join(" || ", model.Fields.Select(FieldCode.DiffersFromDefault))});");
    }
}
