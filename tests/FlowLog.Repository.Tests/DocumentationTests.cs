using System.Text.RegularExpressions;

namespace FlowLog.Repository.Tests;

/// <summary>The map shows the whole land, and what the pages quote exists.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void The_file_map_has_a_line_for_every_folder_of_every_product()
    {
        var page = Repository.Read("docs/architecture.md");
        var missing = Repository.Files("src", "*.cs")
            .Select(path => path.Split('/'))
            .Where(parts => parts.Length > 3)
            .Select(parts => $"{parts[1]}/{parts[2]}")
            .Distinct()
            .Where(folder => !page.Contains($"`{folder}`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void Relative_links_of_the_pages_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (var page in Pages())
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
            broken.AddRange(Link().Matches(Repository.Read(page))
                .Select(match => match.Groups[1].Value.Split('#')[0])
                .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
                .Where(target => !Path.Exists(Path.Combine(folder, target)))
                .Select(target => $"{page}: {target}"));
        }

        Assert.Empty(broken);
    }

    /// <summary>A code block that starts with a line "// examples/File.cs#region" is held against that region.</summary>
    [Fact]
    public void Quoted_regions_of_examples_are_what_the_examples_say()
    {
        var different = new List<string>();
        foreach (var page in Pages())
        {
            foreach (Match match in QuotedRegion().Matches(Repository.Read(page)))
            {
                var (file, region, quoted) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
                if (RegionOf(file, region) is not { } original || Squeeze(original) != Squeeze(quoted))
                    different.Add($"{page} quotes {file}#{region}, which reads otherwise");
            }
        }

        Assert.Empty(different);
    }

    [Fact]
    public void The_readme_opens_with_the_two_commands()
    {
        var readme = Repository.Read("README.md");
        var demo = readme.IndexOf("./flowlog demo", StringComparison.Ordinal);
        var test = readme.IndexOf("./test", StringComparison.Ordinal);

        Assert.InRange(demo, 0, 1500);
        Assert.InRange(test, demo, 1600);
    }

    private static IEnumerable<string> Pages() =>
        Repository.Files("docs", "*.md").Concat(["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]);

    private static string? RegionOf(string file, string region)
    {
        if (!File.Exists(Path.Combine(Repository.Root, file)))
            return null;

        var text = Repository.Read(file);
        var start = text.IndexOf($"#region {region}\n", StringComparison.Ordinal);
        if (start < 0)
            return null;

        start = text.IndexOf('\n', start) + 1;
        var end = text.IndexOf("#endregion", start, StringComparison.Ordinal);
        return text[start..end];
    }

    // Indentation and blank lines may differ: a page quotes a region at the left margin.
    private static string Squeeze(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```csharp\n// (examples/[\w./]+)#([\w-]+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex QuotedRegion();
}
