using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Apache Kafka's own command line tools, which are its Java clients, against FlowLog.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class KafkaToolsTests
{
    public static TheoryData<string> Codecs => ["none", "gzip", "snappy", "lz4", "zstd"];

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task What_the_console_producer_sends_the_console_consumer_prints(string codec)
    {
        if (codec is not "zstd")
            ConformanceLanes.NeedTime();

        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync();
        var lines = Enumerable.Range(0, 1_000).Select(i => $"key-{i % 7}:value {i} {new string('x', i % 200)}").ToArray();

        await kafka.ProduceAsync(server.Address, "letters", lines, "--compression-codec", codec);

        Assert.Equal(lines, await kafka.ConsumeAsync(server.Address, "letters", lines.Length));
    }

    [Fact]
    public async Task The_verifiable_producer_and_consumer_agree_on_every_record()
    {
        const int Records = 20_000;
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync();
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", "verified", "--partitions", "3");

        var produced = await kafka.ToolAsync(server, "kafka-verifiable-producer.sh", "--topic", "verified", "--max-messages", $"{Records}", "--acks", "-1");
        var consumed = await kafka.ToolAsync(
            server, "kafka-verifiable-consumer.sh", "--topic", "verified", "--group-id", "verifiers", "--max-messages", $"{Records}", "--reset-policy", "earliest");

        var summary = Events(produced, "tool_data").Single();
        Assert.Equal((Records, Records), (summary.GetProperty("sent").GetInt32(), summary.GetProperty("acked").GetInt32()));
        Assert.Equal(Records, Events(consumed, "records_consumed").Sum(one => one.GetProperty("count").GetInt32()));
        Assert.All(Events(consumed, "offsets_committed"), one => Assert.True(one.GetProperty("success").GetBoolean()));
    }

    [Fact]
    public async Task Topics_are_made_described_grown_and_deleted()
    {
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync();

        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", "made", "--partitions", "3", "--config", "retention.ms=100000");
        await kafka.ToolAsync(server, "kafka-topics.sh", "--alter", "--topic", "made", "--partitions", "5");
        var described = await kafka.ToolAsync(server, "kafka-topics.sh", "--describe", "--topic", "made");
        Assert.Contains("PartitionCount: 5", described.Output, StringComparison.Ordinal);
        Assert.Contains("retention.ms=100000", described.Output, StringComparison.Ordinal);
        Assert.Equal(5, described.Lines.Count(line => line.Contains("Leader: 1\tReplicas: 1\tIsr: 1", StringComparison.Ordinal)));

        await kafka.ToolAsync(server, "kafka-configs.sh", "--alter", "--entity-type", "topics", "--entity-name", "made", "--add-config", "max.message.bytes=12345");
        var configs = await kafka.ToolAsync(server, "kafka-configs.sh", "--describe", "--entity-type", "topics", "--entity-name", "made");
        Assert.Contains("max.message.bytes=12345 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:max.message.bytes=12345, DEFAULT_CONFIG:message.max.bytes=1048588}", configs.Output, StringComparison.Ordinal);

        await kafka.ToolAsync(server, "kafka-topics.sh", "--delete", "--topic", "made");
        Assert.Empty((await kafka.ToolAsync(server, "kafka-topics.sh", "--list")).Lines);

        var again = await kafka.RunAsync("kafka-topics.sh", ["--bootstrap-server", server.Address, "--delete", "--topic", "made"]);
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("does not exist", again.Output + again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_listed_described_reset_and_deleted()
    {
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync();
        await kafka.ProduceAsync(server.Address, "read", Enumerable.Range(0, 10).Select(i => $"{i}:{i}"));
        await kafka.ConsumeAsync(server.Address, "read", 10, "--group", "readers");

        Assert.Equal(["readers"], (await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--list")).Lines);
        Assert.Matches(@"readers\s+read\s+0\s+10\s+10\s+0\s", (await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--describe", "--group", "readers")).Output);
        Assert.Matches(@"readers\s.*\sEmpty\s+0", (await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--describe", "--group", "readers", "--state")).Output);

        await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--reset-offsets", "--group", "readers", "--topic", "read", "--to-offset", "4", "--execute");
        Assert.Matches(@"readers\s+read\s+0\s+4\s+10\s+6\s", (await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--describe", "--group", "readers")).Output);

        await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--delete", "--group", "readers");
        Assert.Empty((await kafka.ToolAsync(server, "kafka-consumer-groups.sh", "--list")).Lines);
    }

    [Fact]
    public async Task Offsets_log_folders_and_versions_are_told_and_records_deleted()
    {
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync();
        await kafka.ProduceAsync(server.Address, "told", Enumerable.Range(0, 10).Select(i => $"{i}:{i}"));

        Assert.Equal(["told:0:10"], (await kafka.ToolAsync(server, "kafka-get-offsets.sh", "--topic", "told")).Lines);
        await File.WriteAllTextAsync(folder["delete.json"], """{"partitions":[{"topic":"told","partition":0,"offset":4}],"version":1}""", TestContext.Current.CancellationToken);
        var deleted = await kafka.ToolAsync(server, "kafka-delete-records.sh", "--offset-json-file", folder["delete.json"]);
        Assert.Contains("low_watermark: 4", deleted.Output, StringComparison.Ordinal);
        Assert.Equal(["told:0:4"], (await kafka.ToolAsync(server, "kafka-get-offsets.sh", "--topic", "told", "--time", "earliest")).Lines);

        var folders = (await kafka.ToolAsync(server, "kafka-log-dirs.sh", "--describe", "--topic-list", "told")).Lines[^1];
        using var told = JsonDocument.Parse(folders);
        var partition = told.RootElement.GetProperty("brokers")[0].GetProperty("logDirs")[0].GetProperty("partitions")[0];
        Assert.Equal("told-0", partition.GetProperty("partition").GetString());
        Assert.True(partition.GetProperty("size").GetInt64() > 0);

        var versions = await kafka.ToolAsync(server, "kafka-broker-api-versions.sh");
        Assert.Contains("Fetch(1): 4 to 18 [usable: 18]", versions.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("usable: UNSUPPORTED", versions.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Events(Finished tool, string name) =>
        tool.Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(one => one.GetProperty("name").GetString() == name);
}
