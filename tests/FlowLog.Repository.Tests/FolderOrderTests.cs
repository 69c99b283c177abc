using System.Text.RegularExpressions;

namespace FlowLog.Repository.Tests;

/// <summary>
/// Inside Broker, Streams and Connect a folder may use only the folders after it: the list is the way a request, a record or a
/// connector's configuration travels. Both ways of reaching a folder are looked at: a using directive, and a sibling namespace
/// written in front of a type, which C# permits without a using.
/// </summary>
public sealed partial class FolderOrderTests
{
    private static readonly Dictionary<string, string[]> Orders = new()
    {
        ["FlowLog.Broker"] =
        [
            "Inspection", "Network", "Handlers", "Quotas", "Security", "Groups", "Transactions", "Replication", "Metadata", "Consensus", "Coordination",
            "Timelines", "Log", "Java",
        ],
        ["FlowLog.Streams"] =
        [
            "Dsl", "Linq", "Query", "Execution", "Assignment", "Tasks", "Topology", "Processors", "Changelog", "State", "Time",
        ],
        ["FlowLog.Connect"] =
        [
            "Rest", "Herding", "Workers", "Offsets", "Transforms", "Converters", "Plugins", "Data",
        ],
    };

    public static TheoryData<string> Products => [.. Orders.Keys];

    [Theory]
    [MemberData(nameof(Products))]
    public void A_folder_uses_only_the_folders_after_it(string product)
    {
        var order = Orders[product];
        var wrong = new List<string>();
        foreach (var file in Repository.Files($"src/{product}", "*.cs"))
        {
            var own = Array.IndexOf(order, FolderOf(file));
            if (own < 0)
                continue;

            wrong.AddRange(
                FoldersUsed(Repository.CodeOf(file), product, order)
                    .Where(used => Array.IndexOf(order, used) < own)
                    .Select(used => $"{file} ({order[own]}) uses {used}, which stands before it"));
        }

        Assert.True(wrong.Count == 0, "Move the type, or turn the call around with an interface in the lower folder:\n" + string.Join('\n', wrong.Distinct()));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Every_folder_has_a_place_in_the_order(string product)
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src", product)).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj"));
        Assert.Empty(folders.Except(Orders[product]));
    }

    [Fact]
    public void An_upward_using_and_a_bare_sibling_name_are_both_found()
    {
        var order = Orders["FlowLog.Broker"];
        const string Planted = "using FlowLog.Broker.Handlers;\nnamespace FlowLog.Broker.Log;\nclass X { Groups.Group g; }";

        Assert.Equal(["Handlers", "Groups"], FoldersUsed(Planted, "FlowLog.Broker", order));
    }

    private static List<string> FoldersUsed(string code, string product, string[] order)
    {
        var used = new List<string>();
        foreach (Match match in Using().Matches(code))
        {
            var name = match.Groups[1].Value;
            if (name.StartsWith(product + ".", StringComparison.Ordinal))
                used.Add(name[(product.Length + 1)..].Split('.')[0]);
        }

        // A sibling without a using: "Groups.Group" or "FlowLog.Broker.Groups.Group" in code, not "x.Groups." or "using …Groups.…;".
        foreach (var folder in order)
        {
            var sibling = new Regex($@"(?<![\w.])(?:{Regex.Escape(product)}\.)?{folder}\.[A-Z]\w*\s+\w+\s*[;=(,)]");
            if (sibling.IsMatch(Using().Replace(code, "")))
                used.Add(folder);
        }

        return used;
    }

    private static string FolderOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : "";

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Using();
}
