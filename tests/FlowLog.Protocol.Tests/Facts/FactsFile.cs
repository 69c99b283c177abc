using System.Text.Json.Nodes;

namespace FlowLog.Protocol.Tests.Facts;

/// <summary>
/// The public wire facts of Kafka 4.3, which lie beside the repository and not in it. Tests that need them are skipped, and say
/// so, where they are absent.
/// </summary>
internal static class FactsFile
{
    private static readonly string Location = Path.GetFullPath(Path.Combine(RepositoryRoot(), "../shared/reference/kafka-protocol-4.3.json"));

    private static readonly Lazy<List<MessageFacts>?> Loaded = new(Load);

    /// <summary>All messages; skips the calling test when the file is absent.</summary>
    public static List<MessageFacts> Messages()
    {
        if (Loaded.Value is null)
        {
            Console.Error.WriteLine($"LEFT OUT: {Location} is absent, so the schemas are not compared with the facts.");
            Assert.Skip($"The wire facts are absent: {Location}");
        }

        return Loaded.Value!;
    }

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FlowLog.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No FlowLog.sln above the test's folder.");
    }

    private static List<MessageFacts>? Load() => File.Exists(Location)
        ? [.. JsonNode.Parse(File.ReadAllText(Location))!.AsArray().Select(node => new MessageFacts(node!.AsObject()))]
        : null;
}

/// <summary>One message of the facts.</summary>
internal sealed class MessageFacts
{
    public MessageFacts(JsonObject json)
    {
        Name = (string)json["name"]!;
        Kind = (string)json["type"]!;
        ApiKey = (short?)json["apiKey"];
        Versions = Range.Parse((string)json["validVersions"]!);
        Flexible = Range.Parse((string?)json["flexibleVersions"] ?? "none");
        LatestUnstable = (bool?)json["latestVersionUnstable"] ?? false;
        Listeners = [.. (json["listeners"]?.AsArray() ?? []).Select(l => (string)l!).Order(StringComparer.Ordinal)];
        Structs = (json["commonStructs"]?.AsArray() ?? []).ToDictionary(s => (string)s!["name"]!, s => FieldFacts.List(s!["fields"]));
        Fields = FieldFacts.List(json["fields"]);
        AddInlineStructs(Fields);
    }

    public string Name { get; }

    public string Kind { get; }

    public short? ApiKey { get; }

    public Range Versions { get; }

    public Range Flexible { get; }

    public bool LatestUnstable { get; }

    public List<string> Listeners { get; }

    public List<FieldFacts> Fields { get; }

    public Dictionary<string, List<FieldFacts>> Structs { get; }

    private void AddInlineStructs(List<FieldFacts> fields)
    {
        foreach (var field in fields.Where(f => f.Fields.Count > 0))
        {
            Structs[field.ElementType] = field.Fields;
            AddInlineStructs(field.Fields);
        }
    }
}

/// <summary>One field of the facts.</summary>
internal sealed class FieldFacts
{
    private FieldFacts(JsonObject json)
    {
        var name = (string)json["name"]!;
        Name = char.ToUpperInvariant(name[0]) + name[1..];
        Type = (string)json["type"]!;
        var tagged = (string?)json["taggedVersions"];
        Versions = Range.Parse((string?)json["versions"] ?? tagged!);
        Nullable = Range.Parse((string?)json["nullableVersions"] ?? "none");
        Tag = (int?)json["tag"];

        // The word "null" is a default; a JSON null is the absence of one, so that the field starts out empty.
        Default = json["default"]?.ToString() ?? "";
        Ignorable = string.Equals(json["ignorable"]?.ToString(), "true", StringComparison.OrdinalIgnoreCase);
        IsKey = (bool?)json["mapKey"] ?? false;
        Entity = (string?)json["entityType"];
        Inflexible = (string?)json["flexibleVersions"] == "none";
        Fields = List(json["fields"]);
    }

    public string Name { get; }

    public string Type { get; }

    public Range Versions { get; }

    public Range Nullable { get; }

    public int? Tag { get; }

    public string Default { get; }

    public bool Ignorable { get; }

    public bool IsKey { get; }

    public string? Entity { get; }

    public bool Inflexible { get; }

    public List<FieldFacts> Fields { get; }

    public bool IsArray => Type.StartsWith("[]", StringComparison.Ordinal);

    public string ElementType => IsArray ? Type[2..] : Type;

    public bool HoldsStruct => char.IsUpper(ElementType[0]);

    public static List<FieldFacts> List(JsonNode? fields) => [.. (fields?.AsArray() ?? []).Select(f => new FieldFacts(f!.AsObject()))];
}

/// <summary>A closed range of versions.</summary>
internal readonly record struct Range(short Low, short High)
{
    public bool IsEmpty => Low > High;

    public bool Contains(short version) => version >= Low && version <= High;

    public Range Within(Range other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    public static Range Parse(string text)
    {
        if (text == "none")
            return new Range(0, -1);
        if (text.EndsWith('+'))
            return new Range(short.Parse(text[..^1]), short.MaxValue);

        var parts = text.Split('-');
        return new Range(short.Parse(parts[0]), short.Parse(parts[^1]));
    }

    public override string ToString() => IsEmpty ? "none" : $"{Low}-{High}";
}
