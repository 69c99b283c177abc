namespace FlowLog.Protocol.Generator;

/// <summary>Writes the class of one message with its nested structs.</summary>
internal static class MessageCode
{
    public static string Emit(MessageModel message, string source)
    {
        var code = new CodeWriter();
        code.Header(source, "System", "System.Collections.Generic", "System.Runtime.InteropServices", "FlowLog.Protocol.Errors", "FlowLog.Protocol.Wire");
        code.Line("namespace FlowLog.Protocol.Messages;");
        code.Line();
        code.Doc(Sentence(message.Root.Doc));
        code.Open($"public sealed class {message.Name} : {Interfaces(message)}");
        code.Line("/// <summary>The lowest version that can be read and written.</summary>");
        code.Line($"public const short LowestVersion = {message.Versions.Low};");
        code.Line("/// <summary>The highest version that can be read and written.</summary>");
        code.Line($"public const short HighestVersion = {message.Versions.High};");
        code.Line();
        EmitIdentity(code, message);
        EmitBody(code, message.Root, message);
        foreach (var model in message.Structs)
        {
            code.Line();
            code.Doc(Sentence(model.Doc));
            code.Open($"public sealed class {model.Name} : IDescribed");
            EmitBody(code, model, message);
            code.Close();
        }

        code.Close();
        code.Line();
        new SchemaTableCode(code, message).Emit();
        return code.ToString();
    }

    private static string Interfaces(MessageModel message) => message.Role switch
    {
        Role.Request => $"IRequest<{message.File.Name}Response>, IApiMessage",
        Role.Response => "IResponse, IApiMessage",
        Role.MetadataRecord => "IMetadataRecord",
        Role.CoordinatorKey => "ICoordinatorKey",
        Role.CoordinatorValue => "ICoordinatorValue",
        _ => "IMessage",
    };

    private static void EmitIdentity(CodeWriter code, MessageModel message)
    {
        code.Line("/// <summary>What the schema says about the fields.</summary>");
        code.Line($"public static MessageSchema Schema => {message.Name}Table.Schema;");
        code.Line("MessageSchema IMessage.Schema => Schema;");
        code.Line();
        if (message.Role is Role.Request or Role.Response)
        {
            code.Line("/// <inheritdoc/>");
            code.Line($"public static ApiKey ApiKey => ApiKey.{message.File.Name};");
            code.Line($"ApiKey {(message.Role == Role.Request ? "IRequest" : "IResponse")}.Key => ApiKey.{message.File.Name};");
            code.Line();
        }
        else if (message.Role != Role.Data)
        {
            var owner = message.Role == Role.MetadataRecord ? "IMetadataRecord" : message.Role == Role.CoordinatorKey ? "ICoordinatorKey" : "ICoordinatorValue";
            code.Line("/// <summary>The number that stands for this type in front of its bytes.</summary>");
            code.Line($"public const short ApiKeyNumber = {message.File.Number};");
            code.Line($"short {owner}.ApiKeyNumber => ApiKeyNumber;");
            code.Line();
        }
    }

    private static void EmitBody(CodeWriter code, StructModel model, MessageModel message)
    {
        code.Line("/// <summary>A value with the defaults of the schema.</summary>");
        code.Open($"public {model.Name}()");
        foreach (var field in model.Fields.Where(f => !FieldCode.DefaultIsImplied(f)))
            code.Line($"{field.Name} = {FieldCode.DefaultValue(field)};");
        code.Close();
        code.Line();
        if (model != message.Root)
        {
            code.Line($"internal {model.Name}(ref WireReader reader, short version) => Read(ref reader, version);");
            code.Line();
        }

        foreach (var field in model.Fields)
        {
            code.Doc(FieldDoc(field, model));
            code.Line($"public {FieldCode.CSharpType(field)} {field.Name} {{ get; set; }}");
            code.Line();
        }

        new ReadCode(code, model, message).Emit();
        code.Line();
        new WriteCode(code, model, message).Emit();
        code.Line();
        DescribeCode.EmitText(code, model);
        if (model.IsCompared)
            DescribeCode.EmitComparison(code, model);
    }

    /// <summary>The comment as a sentence, and the versions when they are not all.</summary>
    private static string FieldDoc(FieldModel field, StructModel model)
    {
        var versions = field.Versions.Covers(model.Versions) ? "" : field.Versions.High >= model.Versions.High ? $"(v{field.Versions.Low}+)" : $"(v{field.Versions})";
        var doc = Sentence(field.Doc);
        return doc.Length > 0 && versions.Length > 0 ? $"{doc} {versions}" : doc + versions;
    }

    private static string Sentence(string text)
    {
        if (text.Length == 0)
            return text;

        var end = text[text.Length - 1];
        return char.ToUpperInvariant(text[0]) + text.Substring(1) + (char.IsLetterOrDigit(end) || end == ')' ? "." : "");
    }
}
