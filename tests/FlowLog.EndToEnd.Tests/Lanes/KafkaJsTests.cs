using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>KafkaJS from npm: a client written from scratch in JavaScript.</summary>
public sealed class KafkaJsTests
{
    [Fact]
    public async Task KafkaJS_creates_produces_consumes_in_a_group_and_deletes()
    {
        var node = Lane.NeedsProgram("node", "nodejs");
        var folder = await NpmClient.InstallAsync("kafkajs", "kafkajs");
        await using var server = await ServerProcess.StartAsync();

        var run = await ForeignProcess.RunAsync(node, ["roundtrip.js", server.Address, "js-topic", "js-group"], folder: folder, limit: TimeSpan.FromSeconds(90));
        var said = JsonDocument.Parse(run.MustSucceed().Lines[^1]).RootElement;

        Assert.True(said.GetProperty("listed").GetBoolean());
        Assert.Equal(500, said.GetProperty("read").GetInt32());
        Assert.Equal(500, said.GetProperty("distinct").GetInt32());
        Assert.Equal(500, said.GetProperty("headers").GetInt32());
        Assert.Equal(500, said.GetProperty("end").GetInt32());
        Assert.True(said.GetProperty("group").GetBoolean());
        Assert.Equal("Empty", said.GetProperty("state").GetString());
        Assert.True(said.GetProperty("retention").GetBoolean());
    }
}
