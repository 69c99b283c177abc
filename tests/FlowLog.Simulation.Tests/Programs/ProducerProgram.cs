using System.Buffers.Binary;
using FlowLog.Client;
using FlowLog.Client.Producing;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>Sends numbers to random partitions, a few at a time with pauses between, never giving up.</summary>
internal sealed class ProducerProgram(Scene scene, SimulatedProcess process, Random random)
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
            Linger = TimeSpan.FromMilliseconds(random.Next(3)),
            MaxBlock = Scene.Patience,
            DeliveryTimeout = Scene.Patience,
            RequestTimeout = TimeSpan.FromSeconds(5),
            MaxInFlightRequests = 1 + random.Next(5),
        });

        for (var number = 0; number < least || (!scene.IsCalm && number < Most); number++)
        {
            await SendAsync(producer, random.Next(scene.History.Partitions), number);
            if (random.Next(4) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)), process.World.Clock);
        }

        await producer.FlushAsync();
    }

    private ValueTask SendAsync(IProducer producer, int partition, int number)
    {
        Span<byte> value = stackalloc byte[4 + random.Next(100)];
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
