using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.EndToEnd.Tests.Conformance.Kills;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// Word counts under exactly-once while the server is killed with SIGKILL at moments that nobody chose: FlowLog's own Streams and Kafka's. Each word counts
/// once, and no count that a read_committed reader saw is ever taken back.
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class StreamsServerKillTests
{
    private const string Input = "streams-plaintext-input";
    private const string Output = "streams-wordcount-output";

    private static readonly ClientFactory s_clients = new(World.Real(), NullLoggerFactory.Instance);

    [Fact]
    public async Task FlowLogs_Streams_count_each_word_once()
    {
        using var folder = new TemporaryFolder();
        await CountAsync(
            KillCampaign.Cycles(quick: 2, full: 20),
            server => Task.FromResult(ForeignProcess.Start("dotnet",
            [
                Path.Combine(Checkout.Root, "artifacts/bin/WordCount/release/WordCount.dll"), "--bootstrap", server.Address, "--input", Input, "--output", Output,
                "--state-dir", folder["state"], "--application-id", "word-count", "--exactly-once", "--commit-interval-ms", "50", "--session-timeout-ms", "10000",
            ])),
            bytes => long.Parse(Encoding.UTF8.GetString(bytes), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Kafkas_Streams_count_each_word_once()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await CountAsync(
            KillCampaign.Cycles(quick: 2, full: 20),
            async server =>
            {
                await File.WriteAllLinesAsync(folder["streams.properties"],
                [
                    $"bootstrap.servers={server.Address}", "application.id=counting", $"state.dir={folder["state"]}", "commit.interval.ms=50", "statestore.cache.max.bytes=0",
                    "processing.guarantee=exactly_once_v2", "reconnect.backoff.max.ms=200",
                ]);
                return kafka.Start("kafka-run", ["org.apache.kafka.streams.examples.wordcount.WordCountDemo", folder["streams.properties"]]);
            },
            bytes => BinaryPrimitives.ReadInt64BigEndian(bytes));
    }

    private static async Task CountAsync(int cycles, Func<ServerProcess, Task<ForeignProcess>> start, Func<byte[], long> read)
    {
        await using var server = await ServerProcess.StartAsync("transaction.state.log.num.partitions=3", "offsets.topic.num.partitions=3");
        await using (var admin = s_clients.CreateAdmin(new AdminOptions { BootstrapServers = server.Address }))
        {
            foreach (var created in (await admin.CreateTopicsAsync([new NewTopic(Input, 2), new NewTopic(Output, 1)])).Values)
                created.Error.ThrowIfFailed();
        }

        await using var program = await start(server);
        using var stop = new CancellationTokenSource();
        using var stopReading = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var producing = ProduceAsync(server.Address, stop.Token);
        await using var reader = s_clients.CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = server.Address, AutoOffsetReset = AutoOffsetReset.Earliest, IsolationLevel = IsolationLevel.ReadCommitted, RequestTimeout = TimeSpan.FromSeconds(5),
        });
        reader.Assign([new TopicPartition(Output, 0)]);
        var counts = new Dictionary<string, long>();
        await ReadAsync(reader, counts, read, () => counts.Count > 0, stopReading.Token);

        var campaign = new KillCampaign(server, new Random());
        await campaign.RunAsync(cycles);
        await stop.CancelAsync();
        var lines = await producing;
        var expected = Enumerable.Range(0, lines).SelectMany(WordsOf).CountBy(word => word).ToDictionary(word => word.Key, word => (long)word.Value);
        await ReadAsync(reader, counts, read, () => expected.All(word => counts.GetValueOrDefault(word.Key) >= word.Value), stopReading.Token);

        Assert.Equal(expected.OrderBy(word => word.Key), counts.OrderBy(word => word.Key));
        Assert.False(program.HasExited, program.Output + program.Error);
        TestContext.Current.TestOutputHelper?.WriteLine($"{cycles} kills, {lines} lines, {counts.Values.Sum()} words, longest start {campaign.LongestStart.TotalMilliseconds:0} ms");
    }

    private static IEnumerable<string> WordsOf(int line) => [$"w{line % 97}", $"w{line % 89}", $"w{line % 13}"];

    private static async Task<int> ProduceAsync(string address, CancellationToken stop)
    {
        await using var producer = s_clients.CreateProducer(new ProducerOptions { BootstrapServers = address, RequestTimeout = TimeSpan.FromSeconds(5) });
        var line = 0;
        for (; !stop.IsCancellationRequested; line++)
        {
            await producer.ProduceAsync(new OutgoingRecord(Input) { Partition = line % 2, Value = Encoding.UTF8.GetBytes(string.Join(' ', WordsOf(line))) }, cancellation: CancellationToken.None);
            // A steady stream, so that there is something to count in every life of the server, and no more than can be counted.
            if (line % 20 == 0)
                await Task.Delay(20, CancellationToken.None);
        }

        await producer.FlushAsync(CancellationToken.None);
        return line;
    }

    private static async Task ReadAsync(IConsumer reader, Dictionary<string, long> counts, Func<byte[], long> read, Func<bool> enough, CancellationToken limit)
    {
        while (!enough() && !limit.IsCancellationRequested)
        {
            using var batches = await reader.PollAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            foreach (var batch in batches)
            {
                foreach (var record in batch)
                {
                    var (word, count) = (Encoding.UTF8.GetString(record.Key.Span), read(record.Value.Span.ToArray()));
                    Assert.True(count > counts.GetValueOrDefault(word), $"{word} was counted {counts.GetValueOrDefault(word)} times, and now {count}");
                    counts[word] = count;
                }
            }
        }
    }
}
