using System.Buffers.Binary;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Identity;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>
/// Reads numbers as a member of a group and writes each to every partition of the copies, together with its position: exactly once. Now and then it changes
/// its mind and aborts; after any failure it starts over with new clients, leaving what is open to whoever comes next.
/// </summary>
internal sealed class CopierProgram(Scene scene, Attempts attempts, SimulatedProcess process, string transactionalId, Random random)
{
    /// <summary>Goes on for as long as the process lives.</summary>
    public async Task RunAsync()
    {
        while (true)
            await TryAsync();
    }

    /// <summary>Goes on until somebody else has taken over.</summary>
    public async Task UntilFencedAsync()
    {
        while (await TryAsync() is not FencedException)
        {
        }
    }

    private async Task<FlowLogException> TryAsync()
    {
        try
        {
            await CopyAsync();
            throw new InvalidOperationException("A copier never ends.");
        }
        catch (FlowLogException problem)
        {
            scene.Journal.Note($"{transactionalId}: {problem.GetType().Name}: {problem.Message}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), process.World.Clock);
            return problem;
        }
    }

    private async Task CopyAsync()
    {
        var clients = new ClientFactory(process.World, scene.Journal.For(transactionalId));
        await using var producer = clients.CreateProducer(new ProducerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            TransactionalId = transactionalId,
            TransactionTimeout = TimeSpan.FromSeconds(10),
            BatchSize = 300,
            MaxBlock = TimeSpan.FromSeconds(20),
            DeliveryTimeout = TimeSpan.FromSeconds(30),
            RequestTimeout = TimeSpan.FromSeconds(5),
        });
        await producer.InitTransactionsAsync();
        await using var consumer = clients.CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            GroupId = GroupMemberProgram.Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeout = TimeSpan.FromSeconds(6),
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = TimeSpan.FromSeconds(20),
            MaxPollRecords = 1 + random.Next(50),
            IsolationLevel = IsolationLevel.ReadCommitted,
        });
        consumer.Subscribe([Scene.Topic]);
        while (true)
        {
            using var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(500));
            if (batches.Count > 0)
                await CopyAsync(producer, consumer, batches);
        }
    }

    private async Task CopyAsync(IProducer producer, IConsumer consumer, PolledBatches batches)
    {
        var attempt = attempts.Begin();
        producer.BeginTransaction();
        foreach (var batch in batches)
        {
            foreach (var copy in Copies(attempt, batch))
            {
                for (var partition = 0; partition < attempts.Partitions; partition++)
                    await SendAsync(producer, partition, copy);
            }
        }

        await producer.SendOffsetsToTransactionAsync(Ends(batches), consumer.GroupMetadata);
        if (random.Next(8) > 0)
        {
            await producer.CommitTransactionAsync();
            attempts.End(attempt, Outcome.Committed);
            return;
        }

        await producer.AbortTransactionAsync();
        attempts.End(attempt, Outcome.Aborted);
        foreach (var first in batches.GroupBy(batch => batch.Partition).Select(group => group.First()))
            consumer.Seek(first.Partition, first.FirstOffset);
    }

    private static List<Copy> Copies(int attempt, ConsumedBatch batch)
    {
        var copies = new List<Copy>();
        foreach (var record in batch)
            copies.Add(new Copy(attempt, batch.Partition.Partition, BinaryPrimitives.ReadInt32BigEndian(record.Value.Span)));

        return copies;
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Ends(PolledBatches batches) =>
        batches.GroupBy(batch => batch.Partition).ToDictionary(group => group.Key, group => group.Last().NextPosition());

    private ValueTask SendAsync(IProducer producer, int partition, Copy copy)
    {
        Span<byte> value = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(value, copy.Attempt);
        BinaryPrimitives.WriteInt32BigEndian(value[4..], copy.Origin);
        BinaryPrimitives.WriteInt32BigEndian(value[8..], copy.Number);
        attempts.Write(copy.Attempt);
        return producer.ProduceAsync(new OutgoingRecord(Attempts.Topic) { Partition = partition, Value = value });
    }
}
