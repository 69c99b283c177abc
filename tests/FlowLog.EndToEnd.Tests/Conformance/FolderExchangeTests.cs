using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>A data folder goes from Apache Kafka to FlowLog and the other way round, with topics, configs, records and committed offsets.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class FolderExchangeTests
{
    private static readonly string[] s_lines = [.. Enumerable.Range(0, 300).Select(i => $"key{i % 9}:value {i}")];

    [Fact]
    public async Task Kafka_goes_on_with_a_folder_that_FlowLog_wrote()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync("offsets.topic.num.partitions=8"))
        {
            await FillAsync(kafka, server.Address);
            (await server.Process.TerminateAsync()).MustSucceed();
            Directory.Move(server.DataFolder, folder["data"]);
        }

        await using var other = await kafka.StartNodeAsync(folder.Path);

        await MustHoldAllAsync(kafka, other.Address);
    }

    [Fact]
    public async Task FlowLog_goes_on_with_a_folder_that_Kafka_wrote()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using (var other = await kafka.StartNodeAsync(folder.Path))
        {
            await FillAsync(kafka, other.Address);
            await other.Process.TerminateAsync(TimeSpan.FromMinutes(1));
        }

        await using var server = await ServerProcess.StartOnAsync(folder["data"], "offsets.topic.num.partitions=8");

        await MustHoldAllAsync(kafka, server.Address);
    }

    private static async Task FillAsync(KafkaDistribution kafka, string address)
    {
        (await kafka.RunAsync("kafka-topics.sh", ["--bootstrap-server", address, "--create", "--topic", "moved", "--config", "max.message.bytes=54321"])).MustSucceed();
        await kafka.ProduceAsync(address, "moved", s_lines, "--compression-codec", "lz4");
        await kafka.ConsumeAsync(address, "moved", s_lines.Length, "--group", "movers");
    }

    private static async Task MustHoldAllAsync(KafkaDistribution kafka, string address)
    {
        Assert.Equal(s_lines, await kafka.ConsumeAsync(address, "moved", s_lines.Length));
        Assert.Matches(@"movers\s+moved\s+0\s+300\s+300\s+0\s", (await kafka.RunAsync("kafka-consumer-groups.sh", ["--bootstrap-server", address, "--describe", "--group", "movers"])).MustSucceed().Output);
        Assert.Contains("max.message.bytes=54321", (await kafka.RunAsync("kafka-topics.sh", ["--bootstrap-server", address, "--describe", "--topic", "moved"])).MustSucceed().Output, StringComparison.Ordinal);
        await kafka.ProduceAsync(address, "moved", ["more:and more"]);
        Assert.Equal("more:and more", (await kafka.ConsumeAsync(address, "moved", s_lines.Length + 1))[^1]);
    }
}
