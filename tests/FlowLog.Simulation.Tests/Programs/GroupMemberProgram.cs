using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>A member of a group: processes what it is given and commits afterwards, now and then. Its commits may be refused, its process may be killed.</summary>
internal sealed class GroupMemberProgram(Scene scene, SimulatedProcess process, Random random) : IRebalanceListener
{
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _processed = [];

    public const string Group = "readers";

    /// <summary>Goes on for as long as the process lives.</summary>
    public async Task RunAsync()
    {
        await using var consumer = new ClientFactory(process.World, scene.Journal.For("member")).CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            ClientId = "member",
            GroupId = Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeout = TimeSpan.FromSeconds(6),
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = TimeSpan.FromSeconds(20),
            MaxPollRecords = 1 + random.Next(50),
        });
        consumer.Subscribe([Scene.Topic], this);
        while (true)
        {
            using (var batches = await consumer.PollAsync(TimeSpan.FromMilliseconds(500)))
            {
                foreach (var batch in batches)
                    Process(batch);
            }

            if (random.Next(3) == 0)
                await CommitAsync(consumer);
        }
    }

    public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>What is not held any more is the others' business: committing it later would set them back.</summary>
    public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> revoked, CancellationToken cancellation)
    {
        foreach (var partition in revoked)
            _processed.Remove(partition);

        return ValueTask.CompletedTask;
    }

    private void Process(ConsumedBatch batch)
    {
        foreach (var record in batch)
            scene.History.Process(batch.Partition.Partition, record.Offset);

        _processed[batch.Partition] = batch.NextPosition();
    }

    private async Task CommitAsync(IConsumer consumer)
    {
        var offsets = _processed.ToDictionary();
        if (offsets.Count == 0)
            return;

        try
        {
            await consumer.CommitAsync(offsets);
            _processed.Clear();
            foreach (var (partition, position) in offsets)
                scene.History.Commit(partition.Partition, position.Offset);
        }
        catch (FlowLogException problem)
        {
            scene.Journal.Note($"member: {problem.Message}");
        }
    }
}
