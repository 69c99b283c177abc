using System.Globalization;
using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Facts;

public sealed class SchemasAgainstFactsTests
{
    [Fact]
    public void Every_message_of_the_facts_that_has_versions_has_a_schema_and_no_schema_is_invented()
    {
        var known = FactsFile.Messages().Where(m => !m.Versions.IsEmpty).Select(m => m.Name).Order(StringComparer.Ordinal);

        Assert.Equal(known, Every.MessageNames.Select(row => row.Data).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_and_flexible_versions_of_all_messages_are_those_of_the_facts()
    {
        foreach (var facts in FactsFile.Messages().Where(m => !m.Versions.IsEmpty))
        {
            var schema = Every.Create(facts.Name).Schema;

            Assert.Equal((facts.Name, facts.Versions), (schema.Name, new Range(schema.LowestVersion, schema.HighestVersion)));
            Assert.Equal((facts.Name, facts.Flexible.IsEmpty ? null : (short?)facts.Flexible.Low), (schema.Name, schema.FlexibleFrom));
        }
    }

    [Fact]
    public void Numbers_names_listeners_and_unstable_versions_of_all_apis_are_those_of_the_facts()
    {
        var expected = FactsFile.Messages().Where(m => m.Kind == "request" && !m.Versions.IsEmpty)
            .Select(m => $"{m.ApiKey} {m.Name} {m.Versions} {string.Join(',', m.Listeners)} {m.LatestUnstable}");
        var actual = ApiCatalog.All
            .Select(a => $"{(short)a.Key} {a.Name}Request {a.LowestVersion}-{a.HighestVersionInSchema} {Listeners(a.Listeners)} {a.LatestVersionUnstable}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Removed_apis_keep_their_numbers()
    {
        foreach (var removed in FactsFile.Messages().Where(m => m.Kind == "request" && m.Versions.IsEmpty))
            Assert.Equal(removed.Name, $"{(ApiKey)removed.ApiKey!}Request");
    }

    [Fact]
    public void Every_field_of_every_message_is_that_of_the_facts()
    {
        foreach (var facts in FactsFile.Messages().Where(m => !m.Versions.IsEmpty))
        {
            var expected = new List<string>();
            var actual = new List<string>();
            List(expected, facts, facts.Fields, facts.Versions, facts.Name);
            List(actual, Every.Create(facts.Name).Schema.Fields, facts.Versions, facts.Name);

            Assert.Equal(expected, actual);
        }
    }

    private static void List(List<string> lines, MessageFacts message, List<FieldFacts> fields, Range context, string path)
    {
        foreach (var field in fields)
        {
            var versions = field.Versions.Within(context);
            if (versions.IsEmpty)
                continue;

            var name = $"{path}.{field.Name}";
            var isError = field.Type == "int16" && field.Name.EndsWith("ErrorCode", StringComparison.Ordinal);
            var type = field.HoldsStruct ? (field.IsArray ? "[]struct" : "struct") : isError ? "error" : field.Type;
            lines.Add(Line(name, type, versions, field.Nullable.Within(versions), field.Tag, Normal(field.Default, type), field.Ignorable, field.IsKey, field.Inflexible, field.Entity));
            if (field.HoldsStruct)
                List(lines, message, message.Structs[field.ElementType], versions, name);
        }
    }

    private static void List(List<string> lines, IReadOnlyList<FieldSchema> fields, Range context, string path)
    {
        foreach (var field in fields)
        {
            var versions = new Range(field.LowestVersion, field.HighestVersion).Within(context);
            if (versions.IsEmpty)
                continue;

            var name = $"{path}.{field.Name}";
            var isStruct = char.IsUpper(field.Type.TrimStart('[', ']')[0]);
            var type = isStruct ? (field.Type[0] == '[' ? "[]struct" : "struct") : field.Type;
            var nullable = field.NullableFrom is { } from ? new Range(from, field.NullableTo!.Value).Within(versions) : new Range(0, -1);
            lines.Add(Line(name, type, versions, nullable, field.Tag, Normal(field.Default ?? "", type), field.Ignorable, field.IsKey, field.Inflexible, field.Entity));
            if (isStruct)
                List(lines, field.Fields, versions, name);
        }
    }

    private static string Line(string name, string type, Range versions, Range nullable, int? tag, string start, bool ignorable, bool key, bool inflexible, string? entity) =>
        $"{name}: {type} {versions}, null {nullable}, tag {tag}, = {start}, ignorable {ignorable}, key {key}, inflexible {inflexible}, {entity}";

    // 0, "0x0", "False" and nothing at all are one default.
    private static string Normal(string text, string type)
    {
        if (text is "" or "null")
            return text;
        if (type == "bool")
            return bool.Parse(text) ? "true" : "";
        if (type is "string")
            return text;

        var number = text.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : long.Parse(text, CultureInfo.InvariantCulture);
        return number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Listeners(ApiListeners listeners) => string.Join(',',
        new[] { ApiListeners.Broker, ApiListeners.Controller }.Where(l => listeners.HasFlag(l)).Select(l => l.ToString().ToLowerInvariant()));
}
