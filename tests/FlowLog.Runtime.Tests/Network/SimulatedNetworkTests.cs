using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;

namespace FlowLog.Runtime.Tests.Network;

/// <summary>The simulated network keeps the contract of the real ones, however its seed cuts and delays the bytes.</summary>
public abstract class SimulatedNetworkContract : NetworkContract
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedMachine _machine;

    protected SimulatedNetworkContract(int seed)
    {
        _world = new SimulatedWorld(seed);
        _machine = _world.AddMachine("machine");
    }

    protected override INetwork Network => _machine.World.Network;

    protected override Task Run(Func<Task> scenario)
    {
        _world.Run(scenario);
        return Task.CompletedTask;
    }

    // A wait that cannot end is noticed here, and WaitAsync would go by the thread pool.
    protected override Task<T> PatientlyAsync<T>(Task<T> task) => task;

    protected override async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 100_000, "It never came true.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), _world.Clock, Patience);
        }
    }
}

public sealed class SimulatedNetworkOfSeed1Tests() : SimulatedNetworkContract(1);

public sealed class SimulatedNetworkOfSeed2Tests() : SimulatedNetworkContract(2);

public sealed class SimulatedNetworkOfSeed3Tests() : SimulatedNetworkContract(3);
