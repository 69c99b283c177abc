using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Apache Kafka's Streams and Connect run on FlowLog.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class KafkaStreamsAndConnectTests
{
    [Theory]
    [InlineData("at_least_once", "classic")]
    [InlineData("exactly_once_v2", "classic")]
    [InlineData("exactly_once_v2", "streams")]
    public async Task Kafka_Streams_counts_words(string guarantee, string protocol)
    {
        if (guarantee is "at_least_once")
            ConformanceLanes.NeedTime();

        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync("transaction.state.log.num.partitions=3");
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", "streams-plaintext-input", "--partitions", "2");
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", "streams-wordcount-output");
        await File.WriteAllLinesAsync(
            folder["streams.properties"],
            [$"bootstrap.servers={server.Address}", "application.id=counting", $"state.dir={folder["state"]}", "commit.interval.ms=200", $"processing.guarantee={guarantee}", $"group.protocol={protocol}", "statestore.cache.max.bytes=0"],
            TestContext.Current.CancellationToken);
        await using var counting = kafka.Start("kafka-run", ["org.apache.kafka.streams.examples.wordcount.WordCountDemo", folder["streams.properties"]]);

        await kafka.ProduceAsync(server.Address, "streams-plaintext-input", ["1:to be or", "2:not to be", "3:be"]);

        var counts = await kafka.ConsumeAsync(
            server.Address, "streams-wordcount-output", 7, "--command-property", "isolation.level=read_committed",
            "--formatter-property", "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
            "--formatter-property", "value.deserializer=org.apache.kafka.common.serialization.LongDeserializer");
        Assert.Equal(["be:1", "be:2", "be:3", "not:1", "or:1", "to:1", "to:2"], counts.Order(StringComparer.Ordinal));
        KafkaDistribution.MustBeQuiet(counting.Error);
    }

    [Fact]
    public async Task Kafka_Connect_copies_a_file_through_a_topic()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync();
        var port = Loopback.FreePort();
        var lines = Enumerable.Range(0, 5_000).Select(i => $"line {i}").ToArray();
        await File.WriteAllLinesAsync(folder["in.txt"], lines, TestContext.Current.CancellationToken);
        await WriteAsync("worker", $"""
            bootstrap.servers={server.Address}
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            group.id=workers
            config.storage.topic=configs
            offset.storage.topic=offsets
            status.storage.topic=status
            config.storage.replication.factor=1
            offset.storage.replication.factor=1
            status.storage.replication.factor=1
            offset.storage.partitions=3
            status.storage.partitions=3
            offset.flush.interval.ms=500
            listeners=http://127.0.0.1:{port}
            """);
        await using var worker = kafka.Start("connect-distributed.sh", [folder["worker.properties"]]);
        await Loopback.WaitForListenerAsync(port, worker);
        using var rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };

        await CreateAsync(rest, "source", $$"""{"connector.class":"org.apache.kafka.connect.file.FileStreamSourceConnector","file":"{{folder["in.txt"]}}","topic":"lines"}""");
        await CreateAsync(rest, "sink", $$"""{"connector.class":"org.apache.kafka.connect.file.FileStreamSinkConnector","file":"{{folder["out.txt"]}}","topics":"lines"}""");

        await Wait.UntilAsync($"{lines.Length} lines have arrived", async () =>
        {
            Assert.False(worker.HasExited, worker.Output + worker.Error);
            return File.Exists(folder["out.txt"]) && (await ReadAsync()).Length >= lines.Length;
        }, TimeSpan.FromMinutes(2));
        Assert.Equal(lines, await ReadAsync());
        KafkaDistribution.MustBeQuiet(worker.Error);

        Task<string[]> ReadAsync() => File.ReadAllLinesAsync(folder["out.txt"], TestContext.Current.CancellationToken);

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(folder[$"{name}.properties"], text, TestContext.Current.CancellationToken);
    }

    // A worker that has just started answers 404, 409 or 503 until it has joined its group.
    private static Task CreateAsync(HttpClient rest, string name, string config) => Wait.UntilAsync($"the connector '{name}' is made", async () =>
    {
        using var content = new StringContent(config, System.Text.Encoding.UTF8, "application/json");
        using var answer = await rest.PutAsync(new Uri($"connectors/{name}/config", UriKind.Relative), content, TestContext.Current.CancellationToken);
        if (answer.IsSuccessStatusCode)
            return null;

        var said = $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        Assert.True((int)answer.StatusCode is 404 or 409 or 503, said);
        return said;
    });
}
