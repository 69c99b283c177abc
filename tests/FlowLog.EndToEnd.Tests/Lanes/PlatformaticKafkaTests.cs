using System.Text.Json;
using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>@platformatic/kafka from npm: a client written from scratch in JavaScript that speaks the newest version of every API.</summary>
public sealed class PlatformaticKafkaTests
{
    [Fact]
    public async Task Platformatic_commits_aborts_and_reads_with_groups_of_both_protocols()
    {
        ConformanceLanes.NeedTime();
        var node = Lane.NeedsProgram("node", "nodejs");
        var folder = await NpmClient.InstallAsync("platformatic", "@platformatic/kafka");
        await using var server = await ServerProcess.StartAsync();

        var run = await ForeignProcess.RunAsync(node, ["roundtrip.js", server.Address, "pl-topic", "pl-group"], folder: folder, limit: TimeSpan.FromSeconds(90));
        var said = JsonDocument.Parse(run.MustSucceed().Lines[^1]).RootElement;

        Assert.True(said.GetProperty("listed").GetBoolean());
        Assert.Equal(2, said.GetProperty("groups").GetInt32());
        foreach (var protocol in new[] { "classic", "consumer" })
        {
            var read = said.GetProperty(protocol);
            Assert.Equal(600, read.GetProperty("read").GetInt32());
            Assert.Equal(600, read.GetProperty("distinct").GetInt32());
            Assert.Equal(600, read.GetProperty("headers").GetInt32());
            Assert.Equal(0, read.GetProperty("aborted").GetInt32());
        }
    }
}
