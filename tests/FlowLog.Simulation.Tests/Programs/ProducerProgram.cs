using System.Buffers.Binary;
using FlowLog.Client;
using FlowLog.Client.Producing;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>Sends numbers to random partitions, a few at a time with pauses between, never giving up.</summary>
internal sealed class ProducerProgram(Scene scene, SimulatedProcess process, int first = 0)
{
    private const int Most = 3000;

    /// <summary>Sends at least so many records, and more until nothing goes wrong any more.</summary>
    public async Task RunAsync(int least)
    {
        await using var producer = new ClientFactory(process.World, scene.Journal.For("producer")).CreateProducer(new ProducerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            ClientId = "producer",
            BatchSize = 200, // so that there are many, and several on their way
            Linger = TimeSpan.FromMilliseconds(scene.Random.Next(3)),
            MaxBlock = Scene.Patience,
            DeliveryTimeout = Scene.Patience,
            RequestTimeout = TimeSpan.FromSeconds(5),
            MaxInFlightRequests = 1 + scene.Random.Next(5),
        });

        for (var count = 0; count < least || (!scene.IsCalm && count < Most); count++)
        {
            await SendAsync(producer, scene.Random.Next(scene.History.Partitions), first + count);
            if (scene.Random.Next(4) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(scene.Random.Next(60)), process.World.Clock);
        }

        await producer.FlushAsync();
    }

    private ValueTask SendAsync(IProducer producer, int partition, int number)
    {
        Span<byte> value = stackalloc byte[4 + scene.Random.Next(100)];
        BinaryPrimitives.WriteInt32BigEndian(value, number);
        scene.History.Send(partition, number);
        return producer.ProduceAsync(new OutgoingRecord(Scene.Topic) { Partition = partition, Value = value }, Delivered, number);
    }

    private void Delivered(in DeliveryReport report, object? state)
    {
        if (report.IsDelivered)
            scene.History.Acknowledge((int)state!, report.Partition.Partition, report.Offset);
        else
            scene.Fail(new InvariantException($"record {state} for {report.Partition} was given up: {report.Error} {report.Reason}"));
    }
}
