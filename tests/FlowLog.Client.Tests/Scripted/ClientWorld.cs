using System.Text;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Identity;
using FlowLog.Testing.Simulation;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>An application's machine and a broker's in one simulated world.</summary>
internal sealed class ClientWorld
{
    public ClientWorld(int seed = 1)
    {
        World = new SimulatedWorld(seed);
        Broker = new ScriptedBroker(World.AddMachine("broker"));
        Factory = new ClientFactory(World.AddMachine("app").World, Log);
    }

    /// <summary>What the clients have said.</summary>
    public RecordedLog Log { get; } = new();

    public SimulatedWorld World { get; }

    public ScriptedBroker Broker { get; }

    public ClientFactory Factory { get; }

    public static void Run(Func<ClientWorld, Task> scenario, int seed = 1)
    {
        var world = new ClientWorld(seed);
        world.World.Run(() => scenario(world));
    }

    public Task Pass(double milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), World.Clock);

    public IProducer Producer(Func<ProducerOptions, ProducerOptions>? change = null)
    {
        var options = new ProducerOptions { BootstrapServers = "broker:9092" };
        return Factory.CreateProducer(change?.Invoke(options) ?? options);
    }

    public IConsumer Consumer(Func<ConsumerOptions, ConsumerOptions>? change = null)
    {
        var options = new ConsumerOptions { BootstrapServers = "broker:9092", AutoOffsetReset = AutoOffsetReset.Earliest };
        return Factory.CreateConsumer(change?.Invoke(options) ?? options);
    }

    public IAdminClient Admin(Func<AdminOptions, AdminOptions>? change = null)
    {
        var options = new AdminOptions { BootstrapServers = "broker:9092" };
        return Factory.CreateAdmin(change?.Invoke(options) ?? options);
    }

    public static OutgoingRecord Record(string topic, string value, int? partition = 0) => new(topic) { Partition = partition, Value = Encoding.UTF8.GetBytes(value) };

    /// <summary>Polls until there are so many records, or nothing has come for a while; returns their values.</summary>
    public async Task<List<string>> ReadAsync(IConsumer consumer, int count, double patience = 5000)
    {
        List<string> values = [];
        var until = World.Clock.Elapsed + TimeSpan.FromMilliseconds(patience);
        while (values.Count < count && World.Clock.Elapsed < until)
        {
            using var polled = await consumer.PollAsync(TimeSpan.FromMilliseconds(100));
            foreach (var batch in polled)
                foreach (var record in batch)
                    values.Add(Encoding.UTF8.GetString(record.Value.Span));
        }

        return values;
    }

    public static TopicPartition Partition(string topic, int partition = 0) => new(topic, partition);
}
