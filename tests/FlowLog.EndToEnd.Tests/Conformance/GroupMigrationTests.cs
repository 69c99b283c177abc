using System.Diagnostics;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Kafka's Java consumers in one group while it goes over from one protocol to the other and back (KIP-848).</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class GroupMigrationTests
{
    private const string Topic = "rolled";
    private const string Group = "rollers";

    /// <summary>What a Java program that was sent SIGTERM ends with, having done what it had to.</summary>
    private const int Terminated = 143;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Consumers_are_rolled_from_one_protocol_to_the_other_and_back_under_load_and_miss_nothing()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        await using var server = await ServerProcess.StartAsync();
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", Topic, "--partitions", "4");
        await using var fleet = new Fleet(kafka, server);
        fleet.Start(0, "classic");
        fleet.Start(1, "classic");

        await using var producer = kafka.Start("kafka-verifiable-producer.sh", ["--bootstrap-server", server.Address, "--topic", Topic, "--throughput", "500"]);
        await fleet.HearsAsync();
        Assert.Equal("Classic", await TypeAsync(kafka, server));

        await fleet.RollAsync(0, "consumer");
        Assert.Equal("Consumer", await TypeAsync(kafka, server));
        await fleet.RollAsync(1, "consumer");
        Assert.Equal("Consumer", await TypeAsync(kafka, server));

        await fleet.RollAsync(0, "classic");
        Assert.Equal("Consumer", await TypeAsync(kafka, server));
        await fleet.RollAsync(1, "classic");
        Assert.Equal("Classic", await TypeAsync(kafka, server));

        var sent = (await producer.TerminateAsync()).Lines.Count(line => line.Contains("producer_send_success", StringComparison.Ordinal));
        var read = await fleet.ReadAsync(sent);
        Console.WriteLine($"group migration: {sent} records, {read.Count - sent} read twice, longest pause {fleet.LongestPause.TotalSeconds:0.0} s");
        Assert.Equal(Enumerable.Range(0, sent), read.Distinct().Order());
        Assert.True(fleet.LongestPause < s_longestPause, $"nobody read anything for {fleet.LongestPause}");
    }

    private static async Task<string> TypeAsync(KafkaDistribution kafka, ServerProcess server)
    {
        var listed = await kafka.ToolAsync(server, "kafka-groups.sh", "--list");
        return listed.Lines.Single(line => line.StartsWith(Group, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
    }

    /// <summary>Two places for consumers, with everything that was read in either, and a clock for how long nothing was.</summary>
    private sealed class Fleet(KafkaDistribution kafka, ServerProcess server) : IAsyncDisposable
    {
        private readonly ForeignProcess?[] _places = new ForeignProcess?[2];
        private readonly List<ForeignProcess> _all = [];
        private readonly CancellationTokenSource _stop = new();
        private Task _watch = Task.CompletedTask;

        public TimeSpan LongestPause { get; private set; }

        public void Start(int place, string protocol)
        {
            var consumer = kafka.Start(
                "kafka-console-consumer.sh",
                [
                    "--bootstrap-server", server.Address, "--topic", Topic, "--group", Group,
                    "--command-property", $"group.protocol={protocol}", "--command-property", "auto.offset.reset=earliest",
                    "--command-property", "auto.commit.interval.ms=200",
                ]);
            _places[place] = consumer;
            _all.Add(consumer);
        }

        /// <summary>Waits until something is read, and has the time watched from then on.</summary>
        public async Task HearsAsync()
        {
            await Wait.UntilAsync("there is a record", () => Count() > 0);
            _watch = WatchAsync();
        }

        /// <summary>Stops the consumer of one place, as a deployment does, and starts another that must get something to read.</summary>
        public async Task RollAsync(int place, string protocol)
        {
            Assert.Equal(Terminated, (await _places[place]!.TerminateAsync()).ExitCode);
            Start(place, protocol);
            await Wait.UntilAsync($"a consumer of the {protocol} protocol reads", () => _places[place]!.Output.Length > 0);
        }

        public async Task<List<int>> ReadAsync(int sent)
        {
            await _stop.CancelAsync();
            await _watch;
            await Wait.UntilAsync($"all of {sent} records are read", () => Values().Distinct().Count() >= sent);
            return [.. Values()];
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _watch;
            foreach (var consumer in _all)
                await consumer.DisposeAsync();

            _stop.Dispose();
        }

        private async Task WatchAsync()
        {
            var (seen, since) = (0, Stopwatch.StartNew());
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(50, CancellationToken.None);
                if (since.Elapsed > LongestPause)
                    LongestPause = since.Elapsed;

                if (Count() is var count && count > seen)
                    (seen, since) = (count, Stopwatch.StartNew());
            }
        }

        private int Count() => _all.Sum(consumer => consumer.Output.Length);

        // The last line may be half of one.
        private IEnumerable<int> Values() => _all.SelectMany(consumer => consumer.Output.Split('\n')[..^1]).Select(int.Parse);
    }
}
