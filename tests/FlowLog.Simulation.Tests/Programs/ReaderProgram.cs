using System.Buffers.Binary;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>Reads all partitions from their start, alone, and demands that there are neither holes nor steps back.</summary>
internal sealed class ReaderProgram(Scene scene, SimulatedProcess process)
{
    private readonly TopicPartition[] _partitions = [.. Enumerable.Range(0, scene.History.Partitions).Select(partition => new TopicPartition(Scene.Topic, partition))];
    private readonly List<(long Offset, int Number)>[] _read = [.. Enumerable.Range(0, scene.History.Partitions).Select(_ => new List<(long, int)>())];

    /// <summary>Reads for as long as the process lives.</summary>
    public async Task RunAsync()
    {
        await using var consumer = Create();
        while (true)
            await PollAsync(consumer);
    }

    /// <summary>Reads up to the present end, and returns what there is.</summary>
    public async Task<IReadOnlyList<(long Offset, int Number)>[]> ReadAllAsync()
    {
        await using var consumer = Create();
        var ends = await consumer.EndOffsetsAsync(_partitions);
        while (_partitions.Any(partition => _read[partition.Partition].Count < ends[partition]))
            await PollAsync(consumer);

        return _read;
    }

    private IConsumer Create()
    {
        var consumer = new ClientFactory(process.World, scene.Journal.For("reader")).CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            ClientId = "reader",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = Scene.Patience,
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
                Take(batch.Partition.Partition, record.Offset, BinaryPrimitives.ReadInt32BigEndian(record.Value.Span));
        }
    }

    private void Take(int partition, long offset, int number)
    {
        if (offset != _read[partition].Count)
            throw new InvariantException($"a reader of partition {partition} got offset {offset} after {_read[partition].Count - 1}");

        _read[partition].Add((offset, number));
        scene.History.See(partition, offset, number);
    }
}
