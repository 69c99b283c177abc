using System.Buffers.Binary;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>Reads what is committed of the copies, from the start. No number of a partition may ever come twice, and nothing of what was aborted.</summary>
internal sealed class CopiesReaderProgram(Scene scene, Attempts attempts, SimulatedProcess process)
{
    private readonly TopicPartition[] _partitions = [.. Enumerable.Range(0, attempts.Partitions).Select(partition => new TopicPartition(Attempts.Topic, partition))];
    private readonly List<Copy>[] _read = [.. Enumerable.Range(0, attempts.Partitions).Select(_ => new List<Copy>())];
    private readonly HashSet<(int Partition, int Number)> _numbers = [];

    /// <summary>Reads for as long as the process lives.</summary>
    public async Task RunAsync()
    {
        await using var consumer = Create();
        while (true)
            await PollAsync(consumer);
    }

    /// <summary>Reads up to the present end, and returns what there is.</summary>
    public async Task<IReadOnlyList<Copy>[]> ReadAllAsync()
    {
        await using var consumer = Create();
        var ends = await consumer.EndOffsetsAsync(_partitions);
        foreach (var partition in _partitions)
        {
            while (await consumer.PositionAsync(partition) < ends[partition])
                await PollAsync(consumer);
        }

        return _read;
    }

    private IConsumer Create()
    {
        var consumer = new ClientFactory(process.World, scene.Journal.For("copies' reader")).CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = Scene.Patience,
            IsolationLevel = IsolationLevel.ReadCommitted,
        });
        consumer.Assign(_partitions);
        return consumer;
    }

    private async Task PollAsync(IConsumer consumer)
    {
        using var batches = await consumer.PollAsync(TimeSpan.FromSeconds(1));
        foreach (var batch in batches)
        {
            foreach (var record in batch)
                Take(batch.Partition.Partition, Read(record.Value.Span));
        }
    }

    private void Take(int partition, Copy copy)
    {
        attempts.See(copy.Attempt);
        _read[partition].Add(copy);
        if (!_numbers.Add((partition, copy.Number)))
            throw new InvariantException($"a reader of committed records was given number {copy.Number} of partition {partition} twice, now by transaction {copy.Attempt}");
    }

    private static Copy Read(ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadInt32BigEndian(value), BinaryPrimitives.ReadInt32BigEndian(value[4..]), BinaryPrimitives.ReadInt32BigEndian(value[8..]));
}
