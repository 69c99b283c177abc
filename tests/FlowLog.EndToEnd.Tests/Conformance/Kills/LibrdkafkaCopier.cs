using Confluent.Kafka;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>librdkafka as the only member of a group that copies a topic, offsets and copies in one transaction. After any failure it starts over.</summary>
internal sealed class LibrdkafkaCopier(string address, string transactionalId, string group, string from, string to, TimeSpan timeout, Random random)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public List<string> Notes { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await CopyAsync(stop);
            }
            catch (KafkaException problem)
            {
                Notes.Add($"{transactionalId}: {problem.GetType().Name}: {problem.Message}");
            }
        }
    }

    private async Task CopyAsync(CancellationToken stop)
    {
        await using var life = new LibrdkafkaTransactions(address, transactionalId, timeout);
        await life.InitialiseAsync();
        var config = new ConsumerConfig
        {
            BootstrapServers = address,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = 6_000,
            HeartbeatIntervalMs = 500,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 200,
        };
        using var consumer = new ConsumerBuilder<Ignore, string>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Subscribe(from);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var records = await Task.Run(() => Poll(consumer, random.Next(1, 60)), CancellationToken.None);
                if (records.Count > 0)
                    await CopyAsync(life, consumer, records);
            }
        }
        finally
        {
            await Task.Run(consumer.Close, CancellationToken.None);
        }
    }

    private static List<TopicPartitionOffset> Poll(IConsumer<Ignore, string> consumer, int most)
    {
        var records = new List<TopicPartitionOffset>();
        while (records.Count < most && consumer.Consume(records.Count == 0 ? TimeSpan.FromMilliseconds(200) : TimeSpan.Zero) is { } record)
            records.Add(record.TopicPartitionOffset);
        return records;
    }

    private async Task CopyAsync(LibrdkafkaTransactions life, IConsumer<Ignore, string> consumer, List<TopicPartitionOffset> records)
    {
        life.Begin();
        foreach (var record in records)
            await life.SendAsync(to, record.Partition.Value, new Copy(record.Partition.Value, record.Offset.Value).ToString());

        var next = records.GroupBy(record => record.TopicPartition).Select(partition => new TopicPartitionOffset(partition.Key, partition.Last().Offset + 1)).ToList();
        await Task.Run(() => life.Producer.SendOffsetsToTransaction(next, consumer.ConsumerGroupMetadata, s_patience));
        if (random.Next(10) > 0)
        {
            await life.CommitAsync();
            return;
        }

        await life.AbortAsync();
        foreach (var first in records.GroupBy(record => record.TopicPartition).Select(partition => partition.First()))
            await Task.Run(() => consumer.Seek(first));
    }
}
