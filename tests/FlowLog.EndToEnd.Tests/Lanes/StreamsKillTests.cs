using System.Text;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>The word count example, killed in the middle of its work: with exactly-once every word still counts once, whatever is left of its state.</summary>
public sealed class StreamsKillTests
{
    private const string Input = "lines";
    private const string Output = "counts";
    private const int Lines = 6000;

    private static readonly ClientFactory Clients = new(World.Real(), NullLoggerFactory.Instance);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Final_counts_are_right_after_kill_9_half_way(bool stateIsDeleted)
    {
        await using var server = await ServerProcess.StartAsync();
        using var folder = new TemporaryFolder();
        await using (var admin = Clients.CreateAdmin(new AdminOptions { BootstrapServers = server.Address }))
        {
            foreach (var created in (await admin.CreateTopicsAsync([new NewTopic(Input, 2), new NewTopic(Output, 1)])).Values)
                created.Error.ThrowIfFailed();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using (var killed = StartWordCount(server, folder["state"]))
        {
            await killed.WaitForLineAsync("is running");
            await ProduceAsync(server, 0, Lines / 2);
            await CountsAsync(server, counts => counts.Values.Sum() > Lines / 4, limit.Token);
            var producing = ProduceAsync(server, Lines / 2, Lines);
            await Task.Delay(50, limit.Token);
            await killed.KillAsync();
            await producing;
        }

        if (stateIsDeleted)
            Directory.Delete(folder["state"], recursive: true);

        await using var again = StartWordCount(server, folder["state"]);
        var expected = Enumerable.Range(0, Lines).SelectMany(WordsOf).CountBy(word => word).ToDictionary(word => word.Key, word => (long)word.Value);
        var counted = await CountsAsync(server, counts => counts.Count == expected.Count && counts.All(count => expected[count.Key] <= count.Value), limit.Token);

        Assert.Equal(expected.OrderBy(count => count.Key), counted.OrderBy(count => count.Key));
        (await again.TerminateAsync()).MustSucceed();
    }

    private static ForeignProcess StartWordCount(ServerProcess server, string state) => ForeignProcess.Start("dotnet",
    [
        Path.Combine(Checkout.Root, "artifacts/bin/WordCount/release/WordCount.dll"), "--bootstrap", server.Address, "--input", Input, "--output", Output, "--state-dir", state,
        "--application-id", "word-count", "--exactly-once", "--commit-interval-ms", "50", "--session-timeout-ms", "6000",
    ]);

    private static IEnumerable<string> WordsOf(int line) => [$"w{line % 97}", $"w{line % 89}", $"w{line % 13}"];

    private static async Task ProduceAsync(ServerProcess server, int from, int to)
    {
        await using var producer = Clients.CreateProducer(new ProducerOptions { BootstrapServers = server.Address });
        for (var line = from; line < to; line++)
            await producer.ProduceAsync(new OutgoingRecord(Input) { Partition = line % 2, Value = Encoding.UTF8.GetBytes(string.Join(' ', WordsOf(line))) });

        await producer.FlushAsync();
    }

    // The last count of each word, once they are as asked, or as they are when the time is over.
    private static async Task<Dictionary<string, long>> CountsAsync(ServerProcess server, Predicate<Dictionary<string, long>> areEnough, CancellationToken limit)
    {
        await using var consumer = Clients.CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = server.Address, AutoOffsetReset = AutoOffsetReset.Earliest, IsolationLevel = IsolationLevel.ReadCommitted,
        });
        consumer.Assign([new TopicPartition(Output, 0)]);
        var counts = new Dictionary<string, long>();
        while (!areEnough(counts) && !limit.IsCancellationRequested)
        {
            using var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            foreach (var batch in batches)
            {
                foreach (var record in batch)
                    counts[Encoding.UTF8.GetString(record.Key.Span)] = long.Parse(Encoding.UTF8.GetString(record.Value.Span));
            }
        }

        return counts;
    }
}
