using System.Text.RegularExpressions;

namespace FlowLog.Repository.Tests;

/// <summary>Names that say nothing hide a concept that nobody has found yet.</summary>
public sealed partial class NameTests
{
    private static readonly string[] Products = ["src", "connectors", "eng"];

    [Fact]
    public void No_file_is_called_manager_helper_utils_common_or_misc() =>
        Assert.Empty(Products.SelectMany(folder => Repository.Files(folder, "*.cs")).Where(path => Empty().IsMatch(Path.GetFileNameWithoutExtension(path))));

    [Fact]
    public void A_namespace_is_the_folder_of_its_file()
    {
        var wrong = new List<string>();
        foreach (var file in Repository.Files("src", "*.cs").Concat(Repository.Files("connectors", "*.cs")))
        {
            var declared = Namespace().Match(Repository.CodeOf(file));
            var folder = string.Join('.', file.Split('/')[1..^1]);
            if (folder.StartsWith("FlowLog.RocksDb", StringComparison.Ordinal))
                continue; // It has the names of the package that can take its place.
            if (declared.Success && declared.Groups[1].Value != folder)
                wrong.Add($"{file} declares {declared.Groups[1].Value}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Private_static_fields_of_the_product_begin_with_s() =>
        Assert.Empty(Products.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .SelectMany(path => OtherStatic().Matches(Repository.CodeOf(path)).Select(field => $"{path}: {field.Groups[1].Value}")));

    [Fact]
    public void Nothing_behind_a_public_door_is_not_implemented() =>
        Assert.Empty(Products.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Where(path => Unfinished().IsMatch(Repository.Read(path))));

    [Fact]
    public void No_text_names_a_path_of_somebodys_machine() =>
        Assert.Empty(new[] { "src", "connectors", "eng", "docs", "examples", "tests" }
            .Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder)))
            .SelectMany(folder => Repository.Files(folder, "*.*"))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".md", StringComparison.Ordinal))
            .Where(path => MachinePath().IsMatch(Repository.Read(path))));

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utilities|Common|Misc)$")]
    private static partial Regex Empty();

    // A constant is no field.
    [GeneratedRegex(@"^\s*private static (?:volatile |readonly )[^=;]*?\b(?!s_)(\w+)\s*(?:=|;)", RegexOptions.Multiline)]
    private static partial Regex OtherStatic();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"throw new NotImplementedException|//\s*(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.])/(home|root|work)/[a-z]")]
    private static partial Regex MachinePath();
}
