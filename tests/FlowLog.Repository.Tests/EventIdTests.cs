using System.Text.RegularExpressions;

namespace FlowLog.Repository.Tests;

/// <summary>An event id in a log names one sentence of one place.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void No_two_log_messages_share_an_event_id()
    {
        var ids = new Dictionary<int, string>();
        var twice = new List<string>();
        foreach (var file in Repository.Files("src", "*.cs").Concat(Repository.Files("connectors", "*.cs")))
        {
            foreach (Match match in Message().Matches(Repository.Read(file)))
            {
                var id = int.Parse(match.Groups[1].Value);
                if (!ids.TryAdd(id, file))
                    twice.Add($"{id} in {ids[id]} and in {file}");
            }
        }

        Assert.Empty(twice);
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex Message();
}
