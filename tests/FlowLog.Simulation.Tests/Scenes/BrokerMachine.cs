using FlowLog.Broker;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>A machine whose broker is started again, as an init system does, whenever it has crashed or given up.</summary>
internal sealed class BrokerMachine(SimulatedWorld world, Journal journal)
{
    public const string Name = "broker";
    public const string Address = "broker:9092";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private FlowLogBroker? _broker;
    private SimulatedProcess? _process;

    public SimulatedMachine Machine { get; } = world.AddMachine(Name);

    /// <summary>Properties that differ from the defaults.</summary>
    public Dictionary<string, string> Properties { get; } = new(StringComparer.Ordinal)
    {
        ["num.recovery.threads.per.data.dir"] = "1", // more would be real threads
        ["offsets.topic.num.partitions"] = "2",
        ["transaction.state.log.num.partitions"] = "2",
        ["group.initial.rebalance.delay.ms"] = "0",
        ["log.roll.ms"] = "3000",
    };

    /// <summary>Starts so far.</summary>
    public int Starts { get; private set; }

    /// <summary>Keeps a broker running for ever.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            _process = Machine.StartProcess();
            Starts++;
            try
            {
                await LiveAsync(_process);
            }
            catch (Exception failure) when (failure is BrokerStartException or IOException)
            {
                journal.Note($"{Name}: {failure.GetType().Name}: {failure.Message}");
                Machine.KillProcess();
            }

            _broker = null;
            await Task.Delay(s_pause, world.Clock);
        }
    }

    /// <summary>Asks the broker to stop, if it runs; it is started again.</summary>
    public async Task StopAsync()
    {
        if (_broker is not { } broker || _process is not { } process)
            return;

        await First.Of(process.Run(broker.StopAsync), process.Ended, Task.Delay(TimeSpan.FromSeconds(30), world.Clock));
        if (!broker.Completion.IsCompleted && process.IsAlive)
            throw new InvariantException("a broker that was asked to stop has not within 30 s");
    }

    private async Task LiveAsync(SimulatedProcess process)
    {
        var starting = process.Run(() => FlowLogBroker.StartAsync(Options(), process.World, journal.For(Name)));
        await First.Of(starting, process.Ended);
        if (!process.IsAlive)
        {
            journal.Note($"{Name}: died while starting");
            return;
        }

        _broker = await starting;
        journal.Note($"{Name}: serves");
        await First.Of(_broker.Completion, process.Ended);
        if (!process.IsAlive)
            return;

        journal.Note($"{Name}: {(_broker.Completion.IsFaulted ? "gave up" : "stopped")}");
        Machine.KillProcess(); // whatever it left behind
    }

    private BrokerOptions Options() => Properties.Aggregate(BrokerOptions.SingleNode("/data", Name, 9092), (options, property) => options.With(property.Key, property.Value));
}
