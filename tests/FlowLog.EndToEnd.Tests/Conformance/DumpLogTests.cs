using FlowLog.Client;
using FlowLog.Client.Producing;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Kafka's own reader of log files reads all that FlowLog writes.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class DumpLogTests
{
    private static readonly ClientFactory s_clients = new(World.Real(), NullLoggerFactory.Instance);

    [Fact]
    public async Task Every_kind_of_file_is_read()
    {
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync(
            "log.index.interval.bytes=100", "transaction.state.log.num.partitions=3", "log.cleaner.backoff.ms=200", "metadata.log.max.record.bytes.between.snapshots=1");
        foreach (var codec in (string[])["none", "zstd"])
            await kafka.ProduceAsync(server.Address, "dumped", Enumerable.Range(0, 500).Select(i => $"key{i}:{codec} {i}"), "--compression-codec", codec, "--batch-size", "1000");

        await kafka.ConsumeAsync(server.Address, "dumped", 1_000, "--group", "readers");
        await kafka.ToolAsync(
            server, "kafka-producer-perf-test.sh", "--topic", "transactions", "--num-records", "1000", "--record-size", "100", "--throughput", "-1",
            "--transactional-id", "writer", "--transaction-duration-ms", "50");
        (await ForeignProcess.RunFlowLogAsync("perf", "txn", "--num-transactions", "20", "--abort-every", "2", "--topic", "aborted", "--bootstrap-server", server.Address)).MustSucceed();
        await CompactAsync(server, "compacted");
        (await server.Process.TerminateAsync()).MustSucceed();

        var files = Files(server.DataFolder).ToArray();
        Assert.All(
            (string[])[".log", ".index", ".timeindex", ".txnindex", ".snapshot", ".checkpoint"],
            ending => Assert.True(files.Any(file => file.EndsWith(ending, StringComparison.Ordinal)), $"no {ending} among\n{string.Join('\n', files)}"));
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
                MustBeInLogAndSnapshot(dumped);
        }

        var verified = await ForeignProcess.RunFlowLogAsync("log", "verify", server.DataFolder);
        Assert.True(verified.ExitCode == 0, verified.Output);
    }

    private static void MustBeInLogAndSnapshot(Finished dumped)
    {
        Assert.Equal(2, dumped.Lines.Count(line => line.Contains("\"type\":\"TOPIC_RECORD\",\"version\":0,\"data\":{\"name\":\"dumped\"", StringComparison.Ordinal)));
        Assert.Contains("SnapshotFooter", dumped.Output, StringComparison.Ordinal);
    }

    /// <summary>Writes the same keys again and again until the cleaner was there.</summary>
    private static async Task CompactAsync(ServerProcess server, string topic)
    {
        (await ForeignProcess.RunFlowLogAsync(
            "topics", "create", topic, "--config", "cleanup.policy=compact", "--config", "segment.ms=100", "--config", "min.cleanable.dirty.ratio=0.01",
            "--bootstrap-server", server.Address)).MustSucceed();
        await using var producer = s_clients.CreateProducer(new ProducerOptions { BootstrapServers = server.Address });
        var checkpoint = Path.Combine(server.DataFolder, "cleaner-offset-checkpoint");
        for (var round = 0; round < 100 && !(File.Exists(checkpoint) && (await File.ReadAllTextAsync(checkpoint)).Contains($"{topic} 0 ", StringComparison.Ordinal)); round++)
        {
            for (var key = 0; key < 20; key++)
                await producer.ProduceAsync(new OutgoingRecord(topic) { Partition = 0, Key = "k"u8.ToArray().Append((byte)('a' + key)).ToArray(), Value = new byte[50 + round] });

            // Longer than segment.ms: each round begins a segment, and the one before it may be cleaned.
            await Task.Delay(150);
        }

        Assert.Contains($"{topic} 0 ", await File.ReadAllTextAsync(checkpoint), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".log" or ".index" or ".timeindex" or ".snapshot" or ".txnindex" or ".checkpoint" && new FileInfo(file).Length > 0)
        .Order(StringComparer.Ordinal)
        .GroupBy(file => Path.GetExtension(file) == ".checkpoint" ? ".checkpoint" : file) // of the metadata snapshots the newest
        .Select(group => group.Last());

    private static string[] Decoder(string file)
    {
        var topic = Path.GetFileName(Path.GetDirectoryName(file))!;
        string[] decoder = Path.GetExtension(file) is not (".log" or ".checkpoint") ? []
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
