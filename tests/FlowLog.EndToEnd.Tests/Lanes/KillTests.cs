using System.Collections.Concurrent;
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

/// <summary>What was acknowledged with acks=all survives SIGKILL: each record there, once, in order, and the tail is clean.</summary>
public sealed class KillTests
{
    private const string Topic = "survivors";
    private const int Partitions = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly ClientFactory Clients = new(World.Real(), NullLoggerFactory.Instance);

    [Fact]
    public async Task Every_acknowledged_record_is_there_once_and_in_order_after_kill_9_during_produce()
    {
        await using var server = await ServerProcess.StartAsync();
        await CreateTopicAsync(server);
        var acknowledged = new ConcurrentBag<(int Partition, long Offset, int Number)>();
        var sent = 0;

        await using (var producer = Clients.CreateProducer(new ProducerOptions { BootstrapServers = server.Address, Linger = TimeSpan.FromMilliseconds(2) }))
        {
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                    await SendAsync(producer, sent++, acknowledged);
            });

            for (var kill = 0; kill < 3; kill++)
            {
                var before = acknowledged.Count;
                await Wait.UntilAsync("3,000 more are acknowledged", () => acknowledged.Count > before + 3000, Patience);
                await server.KillAsync();
                await server.StartAgainAsync();
            }

            await Wait.UntilAsync("12,000 are acknowledged", () => acknowledged.Count > 12_000, Patience);
            await stop.CancelAsync();
            await writing;
            await producer.FlushAsync();
        }

        var stored = await ReadAllAsync(server);
        Assert.Equal(sent, acknowledged.Count);
        AssertOnceAndInOrder(stored, sent);
        var byPlace = stored.ToDictionary(record => (record.Partition, record.Offset), record => record.Number);
        Assert.All(acknowledged, record => Assert.Equal(record.Number, byPlace[(record.Partition, record.Offset)]));
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off_at_a_batch_and_the_log_goes_on_from_there()
    {
        await using var server = await ServerProcess.StartAsync();
        await CreateTopicAsync(server);
        var acknowledged = new ConcurrentBag<(int Partition, long Offset, int Number)>();
        await ProduceAsync(server, 0, 500, acknowledged);
        await server.KillAsync();

        // What a power cut leaves of a batch that nobody was told about: its head, and zeros.
        foreach (var log in Directory.GetFiles(server.DataFolder, "00000000000000000000.log", SearchOption.AllDirectories).Where(path => path.Contains(Topic, StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(log);
            await using var file = new FileStream(log, FileMode.Append);
            await file.WriteAsync(bytes.AsMemory(0, Math.Min(bytes.Length, 90)));
            await file.WriteAsync(new byte[300]);
        }

        await server.StartAgainAsync();
        await ProduceAsync(server, 500, 500, acknowledged);

        var stored = await ReadAllAsync(server);
        AssertOnceAndInOrder(stored, 1000);
    }

    private static async Task CreateTopicAsync(ServerProcess server)
    {
        await using var admin = Clients.CreateAdmin(new AdminOptions { BootstrapServers = server.Address });
        (await admin.CreateTopicsAsync([new NewTopic(Topic, Partitions)]))[Topic].Error.ThrowIfFailed();
    }

    private static async Task ProduceAsync(ServerProcess server, int first, int count, ConcurrentBag<(int, long, int)> acknowledged)
    {
        await using var producer = Clients.CreateProducer(new ProducerOptions { BootstrapServers = server.Address });
        for (var number = first; number < first + count; number++)
            await SendAsync(producer, number, acknowledged);
        await producer.FlushAsync();
    }

    private static ValueTask SendAsync(IProducer producer, int number, ConcurrentBag<(int, long, int)> acknowledged) =>
        producer.ProduceAsync(
            new OutgoingRecord(Topic) { Partition = number % Partitions, Value = Encoding.UTF8.GetBytes($"{number}") },
            (in DeliveryReport report, object? state) =>
            {
                if (report.IsDelivered)
                    acknowledged.Add((report.Partition.Partition, report.Offset, (int)state!));
            },
            number);

    private static async Task<List<(int Partition, long Offset, int Number)>> ReadAllAsync(ServerProcess server)
    {
        await using var consumer = Clients.CreateConsumer(new ConsumerOptions { BootstrapServers = server.Address, AutoOffsetReset = AutoOffsetReset.Earliest });
        List<TopicPartition> partitions = [.. Enumerable.Range(0, Partitions).Select(partition => new TopicPartition(Topic, partition))];
        consumer.Assign(partitions);
        var expected = (await consumer.EndOffsetsAsync(partitions)).Values.Sum();
        var read = new List<(int, long, int)>();
        while (read.Count < expected)
        {
            using var batches = await consumer.PollAsync(TimeSpan.FromSeconds(10));
            Assert.NotEmpty(batches);
            foreach (var batch in batches)
            {
                foreach (var record in batch)
                    read.Add((batch.Partition.Partition, record.Offset, int.Parse(Encoding.UTF8.GetString(record.Value.Span))));
            }
        }

        return read;
    }

    private static void AssertOnceAndInOrder(List<(int Partition, long Offset, int Number)> stored, int count)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var numbers = stored.Where(record => record.Partition == partition).OrderBy(record => record.Offset).Select(record => record.Number);
            Assert.Equal(Enumerable.Range(0, count).Where(number => number % Partitions == partition), numbers);
        }
    }
}
