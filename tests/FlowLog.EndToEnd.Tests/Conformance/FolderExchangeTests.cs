using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>A data folder goes from Apache Kafka to FlowLog and the other way round, with topics, configs, records, compacted records and committed offsets.</summary>
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
        await using (var server = await ServerProcess.StartAsync("offsets.topic.num.partitions=8", "log.cleaner.backoff.ms=200"))
        {
            await FillAsync(kafka, server.Address, server.DataFolder);
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
        await using (var other = await kafka.StartNodeAsync(folder.Path, "log.cleaner.backoff.ms=200"))
        {
            await FillAsync(kafka, other.Address, folder["data"]);
            await other.Process.TerminateAsync(TimeSpan.FromMinutes(1));
        }

        await using var server = await ServerProcess.StartOnAsync(folder["data"], "offsets.topic.num.partitions=8");

        await MustHoldAllAsync(kafka, server.Address);
    }

    private static async Task FillAsync(KafkaDistribution kafka, string address, string folder)
    {
        (await kafka.RunAsync("kafka-topics.sh", ["--bootstrap-server", address, "--create", "--topic", "moved", "--config", "max.message.bytes=54321"])).MustSucceed();
        await kafka.ProduceAsync(address, "moved", s_lines, "--compression-codec", "lz4");
        await kafka.ConsumeAsync(address, "moved", s_lines.Length, "--group", "movers");
        await CompactAsync(kafka, address, folder);
    }

    /// <summary>Writes values of the same keys until the cleaner was there; the last value of key n is "last n".</summary>
    private static async Task CompactAsync(KafkaDistribution kafka, string address, string folder)
    {
        (await kafka.RunAsync(
            "kafka-topics.sh",
            ["--bootstrap-server", address, "--create", "--topic", "compacted", "--config", "cleanup.policy=compact", "--config", "segment.ms=1000", "--config", "min.cleanable.dirty.ratio=0.01"])).MustSucceed();
        var checkpoint = Path.Combine(folder, "cleaner-offset-checkpoint");
        for (var round = 0; round < 20 && !(File.Exists(checkpoint) && (await File.ReadAllTextAsync(checkpoint)).Contains("compacted 0 ", StringComparison.Ordinal)); round++)
            await kafka.ProduceAsync(address, "compacted", Enumerable.Range(0, 100).Select(i => $"{i % 10}:value {round} {i}"));

        Assert.Contains("compacted 0 ", await File.ReadAllTextAsync(checkpoint), StringComparison.Ordinal);
        await kafka.ProduceAsync(address, "compacted", Enumerable.Range(0, 10).Select(i => $"{i}:last {i}"));
    }

    private static async Task MustHoldAllAsync(KafkaDistribution kafka, string address)
    {
        Assert.Equal(s_lines, await kafka.ConsumeAsync(address, "moved", s_lines.Length));
        Assert.Matches(@"movers\s+moved\s+0\s+300\s+300\s+0\s", (await kafka.RunAsync("kafka-consumer-groups.sh", ["--bootstrap-server", address, "--describe", "--group", "movers"])).MustSucceed().Output);
        Assert.Contains("max.message.bytes=54321", (await kafka.RunAsync("kafka-topics.sh", ["--bootstrap-server", address, "--describe", "--topic", "moved"])).MustSucceed().Output, StringComparison.Ordinal);
        await kafka.ProduceAsync(address, "moved", ["more:and more"]);
        await MustHoldLastValuesAsync(kafka, address);
        Assert.Equal("more:and more", (await kafka.ConsumeAsync(address, "moved", s_lines.Length + 1))[^1]);
    }

    private static async Task MustHoldLastValuesAsync(KafkaDistribution kafka, string address)
    {
        var records = (await kafka.RunAsync(
            "kafka-console-consumer.sh",
            ["--bootstrap-server", address, "--topic", "compacted", "--from-beginning", "--timeout-ms", "5000", "--formatter-property", "print.key=true", "--formatter-property", "key.separator=:"])).Lines;
        var last = records.GroupBy(record => record.Split(':')[0]).ToDictionary(group => group.Key, group => group.Last().Split(':')[1]);
        Assert.Equal(Enumerable.Range(0, 10).ToDictionary(i => $"{i}", i => $"last {i}"), last);
    }
}
