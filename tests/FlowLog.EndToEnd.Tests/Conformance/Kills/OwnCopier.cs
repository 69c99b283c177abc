using System.Text;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>FlowLog's client as a member of a group that copies a topic, offsets and copies in one transaction. After any failure it starts over.</summary>
internal sealed class OwnCopier(ClientFactory clients, string address, string transactionalId, string group, string from, string to, TimeSpan timeout, Random random)
{
    public List<string> Notes { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await CopyAsync(stop);
            }
            catch (FlowLogException problem)
            {
                Notes.Add($"{transactionalId}: {problem.GetType().Name}: {problem.Message}");
            }
        }
    }

    private async Task CopyAsync(CancellationToken stop)
    {
        await using var life = new OwnTransactions(clients, address, transactionalId, timeout);
        await life.InitialiseAsync();
        await using var consumer = clients.CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = address,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            SessionTimeout = TimeSpan.FromSeconds(6),
            HeartbeatInterval = TimeSpan.FromMilliseconds(500),
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = TimeSpan.FromSeconds(20),
            MaxPollRecords = random.Next(1, 60),
            ReconnectBackoffMax = TimeSpan.FromMilliseconds(200),
        });
        consumer.Subscribe([from]);
        while (!stop.IsCancellationRequested)
        {
            using var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            if (batches.Count > 0)
                await CopyAsync(life, consumer, batches);
        }
    }

    private async Task CopyAsync(OwnTransactions life, IConsumer consumer, PolledBatches batches)
    {
        life.Begin();
        foreach (var batch in batches)
        {
            foreach (var copy in Places(batch))
                await life.SendAsync(to, copy.Partition, copy.ToString());
        }

        var next = batches.GroupBy(batch => batch.Partition).ToDictionary(partition => partition.Key, partition => partition.Last().NextPosition());
        await life.Producer.SendOffsetsToTransactionAsync(next, consumer.GroupMetadata);
        if (random.Next(10) > 0)
        {
            await life.CommitAsync();
            return;
        }

        await life.AbortAsync();
        foreach (var first in batches.GroupBy(batch => batch.Partition).Select(partition => partition.First()))
            consumer.Seek(first.Partition, first.FirstOffset);
    }

    private static List<Copy> Places(ConsumedBatch batch)
    {
        var places = new List<Copy>();
        foreach (var record in batch)
            places.Add(new Copy(batch.Partition.Partition, record.Offset));
        return places;
    }
}
