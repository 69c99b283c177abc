namespace FlowLog.Protocol.Generator;

/// <summary>Writes what spans all files: the ApiKey enumeration and the catalogues of APIs and records.</summary>
internal static class CatalogCode
{
    public static string Keys(IEnumerable<CatalogEntry> apis)
    {
        var code = new CodeWriter();
        code.Header("Schemas/*.msg", "System");
        code.Line("namespace FlowLog.Protocol.Wire;");
        code.Line();
        code.Line("/// <summary>The number of an API in the header of a request.</summary>");
        code.Open("public enum ApiKey : short");
        foreach (var api in apis)
        {
            code.Doc(api.Doc.Length > 0 ? api.Doc : api.Name);
            code.Line($"{api.Name} = {api.Number},");
        }

        code.Close();
        return code.ToString();
    }

    public static string Apis(IEnumerable<CatalogEntry> apis)
    {
        var code = new CodeWriter();
        code.Header("Schemas/*.msg", "System", "FlowLog.Protocol.Messages");
        code.Line("namespace FlowLog.Protocol.Wire;");
        code.Line();
        code.Open("internal static class ApiDescriptions");
        code.Line("internal static readonly ApiDescription[] All =");
        code.Line("[");
        foreach (var api in apis)
            code.Line($"    {Row(api)},");
        code.Line("];");
        code.Close();
        return code.ToString();
    }

    public static string Records(IReadOnlyList<CatalogEntry> entries)
    {
        var code = new CodeWriter();
        code.Header("Schemas/*.msg", "System", "FlowLog.Protocol.Messages");
        code.Line("namespace FlowLog.Protocol.Wire;");
        code.Line();
        code.Line("/// <summary>An empty record for a number read from the log; null for a number that no schema has.</summary>");
        code.Open("public static class RecordCatalog");
        code.Line("/// <summary>A record of the metadata log.</summary>");
        Switch(code, "IMetadataRecord? CreateMetadataRecord(int apiKeyNumber)", "apiKeyNumber",
            entries.Where(e => e.Kind == SchemaKind.Record).Select(e => ($"{e.Number}", e.Name)));
        code.Line();
        code.Line("/// <summary>The key of a coordinator's record.</summary>");
        Switch(code, "ICoordinatorKey? CreateKey(CoordinatorKind coordinator, short apiKeyNumber)", "(coordinator, apiKeyNumber)",
            entries.Where(e => e.Kind == SchemaKind.Entry).Select(e => ($"(CoordinatorKind.{Pascal(e.Coordinator)}, {e.Number})", e.Name + "Key")));
        code.Line();
        code.Line("/// <summary>The value of a coordinator's record.</summary>");
        Switch(code, "ICoordinatorValue? CreateValue(CoordinatorKind coordinator, short apiKeyNumber)", "(coordinator, apiKeyNumber)",
            entries.Where(e => e.Kind == SchemaKind.Entry).Select(e => ($"(CoordinatorKind.{Pascal(e.Coordinator)}, {e.Number})", e.Name + "Value")));
        code.Line();
        code.Line("/// <summary>The descriptions of all messages of all kinds.</summary>");
        code.Line("public static IReadOnlyList<Func<IMessage>> AllMessages { get; } =");
        code.Line("[");
        foreach (var name in entries.SelectMany(e => e.Messages.Split(',')).Where(n => n.Length > 0))
            code.Line($"    static () => new {name}(),");
        code.Line("];");
        code.Close();
        return code.ToString();
    }

    private static void Switch(CodeWriter code, string signature, string subject, IEnumerable<(string Pattern, string Name)> arms)
    {
        code.Line($"public static {signature} => {subject} switch");
        code.Line("{");
        foreach (var (pattern, name) in arms)
            code.Line($"    {pattern} => new {name}(),");
        code.Line("    _ => null,");
        code.Line("};");
    }

    private static string Row(CatalogEntry api)
    {
        var flexible = api.Flexible.IsEmpty ? "short.MaxValue" : $"{api.Flexible.Low}";
        var creation = api.Versions.IsEmpty ? "null, null" : $"static () => new {api.Name}Request(), static () => new {api.Name}Response()";
        return $"new(ApiKey.{api.Name}, \"{api.Name}\", {api.Versions.Low}, {api.Versions.High}, {(api.LatestUnstable ? "true" : "false")}, {flexible}, {Listeners(api)}, {creation})";
    }

    private static string Listeners(CatalogEntry api) =>
        api.Listeners.Length == 0 ? "ApiListeners.None" : string.Join(" | ", api.Listeners.Split(',').Select(l => "ApiListeners." + Pascal(l)));

    private static string Pascal(string word) => char.ToUpperInvariant(word[0]) + word.Substring(1);
}
