using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Kafka's own reader of log files reads all that FlowLog writes.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class DumpLogTests
{
    [Fact]
    public async Task Every_kind_of_file_is_read()
    {
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync("log.index.interval.bytes=100", "transaction.state.log.num.partitions=3");
        foreach (var codec in (string[])["none", "zstd"])
            await kafka.ProduceAsync(server.Address, "dumped", Enumerable.Range(0, 500).Select(i => $"key{i}:{codec} {i}"), "--compression-codec", codec, "--batch-size", "1000");

        await kafka.ConsumeAsync(server.Address, "dumped", 1_000, "--group", "readers");
        await kafka.ToolAsync(
            server, "kafka-producer-perf-test.sh", "--topic", "transactions", "--num-records", "1000", "--record-size", "100", "--throughput", "-1",
            "--transactional-id", "writer", "--transaction-duration-ms", "50");
        (await server.Process.TerminateAsync()).MustSucceed();

        var files = Files(server.DataFolder).ToArray();
        Assert.All((string[])[".log", ".index", ".timeindex", ".snapshot"], ending => Assert.Contains(files, file => file.EndsWith(ending, StringComparison.Ordinal)));
        foreach (var group in files.GroupBy(Decoder))
        {
            var dumped = (await kafka.RunAsync("kafka-dump-log.sh", [.. group.Key, "--files", string.Join(',', group)])).MustSucceed();
            MustFindNoFault(dumped);
            if (group.Key is ["--deep-iteration", "--print-data-log"])
                Assert.Equal(1_000, dumped.Lines.Count(line => line.Contains("payload: none ", StringComparison.Ordinal) || line.Contains("payload: zstd ", StringComparison.Ordinal)));
            else if (group.Key is ["--transaction-log-decoder"])
                Assert.Contains("\"transactionalId\":\"writer\"", dumped.Output, StringComparison.Ordinal);
            else if (group.Key is ["--offsets-decoder"])
                Assert.Contains("\"group\":\"readers\",\"topic\":\"dumped\"", dumped.Output, StringComparison.Ordinal);
            else if (group.Key is ["--cluster-metadata-decoder"])
                Assert.Contains("\"type\":\"TOPIC_RECORD\",\"version\":0,\"data\":{\"name\":\"dumped\"", dumped.Output, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".log" or ".index" or ".timeindex" or ".snapshot" or ".txnindex" && new FileInfo(file).Length > 0)
        .Order(StringComparer.Ordinal);

    private static string[] Decoder(string file)
    {
        var topic = Path.GetFileName(Path.GetDirectoryName(file))!;
        string[] decoder = Path.GetExtension(file) != ".log" ? []
            : topic.StartsWith("__cluster_metadata", StringComparison.Ordinal) ? ["--cluster-metadata-decoder"]
            : topic.StartsWith("__transaction_state", StringComparison.Ordinal) ? ["--transaction-log-decoder"]
            : topic.StartsWith("__consumer_offsets", StringComparison.Ordinal) ? ["--offsets-decoder"]
            : ["--deep-iteration", "--print-data-log"];
        return s_decoders.First(known => known.SequenceEqual(decoder));
    }

    private static readonly string[][] s_decoders = [[], ["--transaction-log-decoder"], ["--cluster-metadata-decoder"], ["--offsets-decoder"], ["--deep-iteration", "--print-data-log"]];

    // The tool tells of a broken file in these words, and ends with 0 all the same.
    private static void MustFindNoFault(Finished dumped)
    {
        foreach (var complaint in (string[])["Exception", "Found ", "isvalid: false", "corrupt", "mismatch", "out of order"])
            Assert.DoesNotContain(complaint, dumped.Output + dumped.Error, StringComparison.OrdinalIgnoreCase);
    }
}
