using System.Text.RegularExpressions;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>The pages show commands and options that exist.</summary>
public sealed partial class DocumentedCommandsTests
{
    [Fact]
    public async Task Every_command_and_option_that_the_pages_show_is_in_the_help()
    {
        var shown = Pages().SelectMany(page => Command().Matches(File.ReadAllText(page)).Select(match => (Page: Path.GetFileName(page), Words: match.Groups[1].Value.Split('#')[0]))).ToList();
        Assert.True(shown.Count > 10, "The pages show hardly any commands: has their notation changed?");

        var wrong = new List<string>();
        foreach (var command in shown.GroupBy(command => NameOf(command.Words)))
        {
            var help = await ForeignProcess.RunFlowLogAsync([.. command.Key.Split(' '), "--help"]);
            if (help.ExitCode != 0 || !help.Output.Contains($"flowlog {command.Key}", StringComparison.Ordinal))
                wrong.Add($"flowlog {command.Key} ({string.Join(", ", command.Select(use => use.Page).Distinct())})");

            wrong.AddRange(
                from use in command
                from option in Option().Matches(use.Words).Select(match => match.Value)
                where !help.Output.Contains(option + " ", StringComparison.Ordinal)
                select $"{use.Page}: flowlog {command.Key} has no {option}");
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Checkout.Root, "README.md"));

    // "topics create orders --partitions 3" is the command "topics create"; only topics, groups, perf and log have commands below them.
    private static string NameOf(string words)
    {
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts[0] is "topics" or "groups" or "perf" or "log" ? $"{parts[0]} {parts[1]}" : parts[0];
    }

    [GeneratedRegex(@"^(?:\$ .*?)?\./flowlog ((?!help)[a-z]+[^\n|]*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<= )--[a-z][a-z-]*")]
    private static partial Regex Option();
}
