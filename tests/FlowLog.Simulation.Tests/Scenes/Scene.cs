using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>One run: a world with a broker that is kept running, machines for the programs that use it, and what they were told.</summary>
internal sealed class Scene
{
    public const string Topic = "numbers";

    /// <summary>As long as clients try: longer than any run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_longestRun = TimeSpan.FromMinutes(20);

    private readonly TaskCompletionSource _failed = new();

    public Scene(int seed, int partitions)
    {
        World = new SimulatedWorld(seed) { StepLimit = 5_000_000, LongestHoldUp = TimeSpan.FromMilliseconds(10) };
        Random = new Random(seed);
        Journal = new Journal(World.Clock);
        Broker = new BrokerMachine(World, Journal);
        History = new History(partitions);
    }

    public SimulatedWorld World { get; }

    /// <summary>For what the test itself decides.</summary>
    public Random Random { get; }

    public Journal Journal { get; }

    public BrokerMachine Broker { get; }

    public History History { get; }

    /// <summary>Machines that use the broker, and that faults may hit.</summary>
    public List<SimulatedMachine> Clients { get; } = [];

    /// <summary>Nothing more will go wrong.</summary>
    public bool IsCalm { get; set; }

    /// <summary>A machine for a program that faults may hit.</summary>
    public SimulatedMachine AddClient(string name)
    {
        Clients.Add(World.AddMachine(name));
        return Clients[^1];
    }

    /// <summary>Runs a story while a broker is kept running. It must come to its end, and everything that fails in the meantime fails it.</summary>
    public void Play(Func<Task> story)
    {
        try
        {
            World.Run(async () =>
            {
                var playing = story();
                var running = Broker.RunAsync();
                var first = await First.Of(playing, running, _failed.Task, Task.Delay(s_longestRun, World.Clock));
                await first;
                if (!playing.IsCompleted)
                    throw new InvariantException($"it has not come to its end in {s_longestRun}");
            });
        }
        catch (Exception failure)
        {
            throw new SceneFailedException(failure, Journal.ToString());
        }
    }

    /// <summary>Ends the run with a failure that nobody waits for.</summary>
    public void Fail(Exception failure) => _failed.TrySetException(failure);

    /// <summary>Runs a program in a process of a machine, until it ends or dies. What it throws fails the run.</summary>
    public async Task RunAsync(SimulatedProcess process, Func<Task> program)
    {
        var running = process.Run(program);
        var first = await First.Of(running, process.Ended);
        if (first != running)
            return;

        try
        {
            await running;
        }
        catch (Exception failure)
        {
            Fail(failure);
            throw;
        }
    }

    /// <summary>Creates the topic; whatever crashes meanwhile.</summary>
    public Task CreateTopicAsync(SimulatedProcess process, params (string Name, int Partitions)[] more) => process.Run(async () =>
    {
        await using var admin = new ClientFactory(process.World, Journal.For("admin")).CreateAdmin(
            new AdminOptions { BootstrapServers = BrokerMachine.Address, DefaultApiTimeout = Patience, RequestTimeout = TimeSpan.FromSeconds(5) });
        await admin.CreateTopicsAsync([new NewTopic(Topic, History.Partitions, 1), .. more.Select(topic => new NewTopic(topic.Name, topic.Partitions, 1))]);
    });
}
