using System.Text;
using Confluent.Kafka;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using IsolationLevel = FlowLog.Client.IsolationLevel;
using Place = FlowLog.Protocol.Identity.TopicPartition;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>Reads all there is of a topic, partition by partition.</summary>
internal static class Reading
{
    /// <summary>With FlowLog's client, up to the end that readers of this isolation are told.</summary>
    public static async Task<List<T>[]> ReadAsync<T>(ClientFactory clients, string address, string topic, int partitions, IsolationLevel isolation, Func<string, T> parse)
    {
        await using var consumer = Open(clients, address, topic, partitions, isolation);
        var ends = await consumer.EndOffsetsAsync(Places(topic, partitions));
        var read = Lists<T>(partitions);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (ends.Any(end => (consumer.TryGetPosition(end.Key) ?? 0) < end.Value))
        {
            using var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(200), limit.Token);
            Take(batches, read, parse);
        }

        return read;
    }

    /// <summary>With FlowLog's client, from the beginning to whatever comes, until it is told to stop; it must see what whoever reads later sees.</summary>
    public static async Task<List<T>[]> FollowAsync<T>(ClientFactory clients, string address, string topic, int partitions, Func<string, T> parse, CancellationToken stop)
    {
        await using var consumer = Open(clients, address, topic, partitions, IsolationLevel.ReadCommitted);
        var read = Lists<T>(partitions);
        var isLast = false;
        while (!isLast)
        {
            isLast = stop.IsCancellationRequested;
            using var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(isLast ? 2_000 : 200), CancellationToken.None);
            Take(batches, read, parse);
        }

        return read;
    }

    /// <summary>With librdkafka, as many records as there should be, and whatever more comes right behind them.</summary>
    public static List<T>[] ReadWithLibrdkafka<T>(string address, string topic, int partitions, int expected, Func<string, T> parse)
    {
        var config = new ConsumerConfig { BootstrapServers = address, GroupId = "none", EnableAutoCommit = false, AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Earliest };
        using var consumer = new ConsumerBuilder<Ignore, string>(config).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var read = Lists<T>(partitions);
        while (consumer.Consume(TimeSpan.FromSeconds(read.Sum(list => list.Count) < expected ? 15 : 0.5)) is { } record)
            read[record.Partition.Value].Add(parse(record.Message.Value));

        return read;
    }

    public static List<Place> Places(string topic, int partitions) => [.. Enumerable.Range(0, partitions).Select(partition => new Place(topic, partition))];

    private static List<T>[] Lists<T>(int partitions) => [.. Enumerable.Range(0, partitions).Select(_ => new List<T>())];

    private static IConsumer Open(ClientFactory clients, string address, string topic, int partitions, IsolationLevel isolation)
    {
        var consumer = clients.CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = address, AutoOffsetReset = FlowLog.Client.Consuming.AutoOffsetReset.Earliest, IsolationLevel = isolation, RequestTimeout = TimeSpan.FromSeconds(5),
        });
        consumer.Assign(Places(topic, partitions));
        return consumer;
    }

    private static void Take<T>(PolledBatches batches, List<T>[] into, Func<string, T> parse)
    {
        foreach (var batch in batches)
        {
            foreach (var record in batch)
                into[batch.Partition.Partition].Add(parse(Encoding.UTF8.GetString(record.Value.Span)));
        }
    }
}
