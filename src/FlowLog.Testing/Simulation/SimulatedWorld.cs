using FlowLog.Runtime;
using FlowLog.Testing.Simulation.Disk;
using FlowLog.Testing.Simulation.Network;

namespace FlowLog.Testing.Simulation;

/// <summary>
/// A world in one thread: machines with their disks, the network between them and the time they share. Everything that happens is decided by the seed, so a run can be
/// repeated; hours pass in milliseconds.
/// </summary>
/// <example>
/// <code>
/// var world = new SimulatedWorld(seed: 42);
/// var server = world.AddMachine("broker");
/// world.Run(async () => { ... server.World ... });
/// </code>
/// </example>
public sealed class SimulatedWorld
{
    private readonly Dictionary<string, SimulatedMachine> _machines = new(StringComparer.Ordinal);
    private readonly Random _random;
    private readonly SimulatedScheduler _scheduler;

    /// <summary>A world without machines.</summary>
    public SimulatedWorld(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _scheduler = new SimulatedScheduler(Clock, new Random(_random.Next()));
        Network = new SimulatedNetwork(Clock, _scheduler, new Random(_random.Next()));
    }

    /// <summary>What decides everything.</summary>
    public int Seed { get; }

    /// <summary>The time of all machines.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>The wires between the machines, to be cut and mended.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>Callbacks and timers run so far.</summary>
    public long Steps => _scheduler.Steps;

    /// <summary>How many callbacks and timers one <see cref="Run"/> may take before it is taken to be endless; 50 million by default.</summary>
    public long StepLimit { get => _scheduler.StepLimit; set => _scheduler.StepLimit = value; }

    /// <summary>
    /// How long what a process does next may be held up, as if others had the processor, while time passes. Zero by default: then everything that is ready
    /// is done before time moves, and a sync follows an append at once.
    /// </summary>
    public TimeSpan LongestHoldUp { get => _scheduler.LongestDelay; set => _scheduler.LongestDelay = value; }

    /// <summary>How often something was posted from outside the simulation; anything but 0 means that runs of one seed may differ.</summary>
    public int ForeignPosts => _scheduler.ForeignPosts;

    /// <summary>A new machine, with an empty disk, that others reach by this name.</summary>
    public SimulatedMachine AddMachine(string name)
    {
        var disk = new SimulatedDisk(_random.Next()) { Elapse = Clock.Stall };
        var machine = new SimulatedMachine(name, disk, Network.AddHost(name), _scheduler, new World(Clock, Network.Of(name), disk, new SeededRandomness(_random.Next())));
        _machines.Add(name, machine);
        return machine;
    }

    /// <summary>The machine of that name.</summary>
    public SimulatedMachine this[string name] => _machines[name];

    /// <summary>
    /// Runs a scenario to its end, on the calling thread, with time moving whenever nobody has anything to do. Fails as the scenario fails, with a
    /// <see cref="SimulationStuckException"/> when it can never end, and when something came from outside the simulation.
    /// </summary>
    public void Run(Func<Task> scenario)
    {
        _scheduler.Run(scenario);
        if (ForeignPosts > 0)
            throw new InvalidOperationException($"{ForeignPosts} callbacks came from outside the simulation of seed {Seed}: somewhere a task left its context (ConfigureAwait, Task.Run, CancelAsync, a real timer).");
    }

    /// <summary>Lets time pass with whatever happens in it.</summary>
    public void RunFor(TimeSpan time) => Run(() => Task.Delay(time, Clock));
}
