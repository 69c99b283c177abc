using FlowLog.Runtime;
using FlowLog.Testing.Simulation.Disk;
using FlowLog.Testing.Simulation.Network;

namespace FlowLog.Testing.Simulation;

/// <summary>One machine of a simulated world. Only its doors crash: whoever ran on it is to be abandoned by the test.</summary>
public sealed class SimulatedMachine
{
    private readonly SimulatedHost _host;

    internal SimulatedMachine(string name, SimulatedDisk disk, SimulatedHost host, World world) => (Name, Disk, _host, World) = (name, disk, host, world);

    /// <summary>The name that other machines reach it by.</summary>
    public string Name { get; }

    /// <summary>Its disk, to be filled up and made to fail.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>The doors for what runs on it.</summary>
    public World World { get; }

    /// <summary>The process is killed: connections are reset, listeners are gone, what was written is still there.</summary>
    public void KillProcess()
    {
        _host.Crash(silently: false);
        Disk.KillProcess();
    }

    /// <summary>The power goes and comes back: the others hear nothing at all, and the disk keeps what was synced.</summary>
    public void CutPower()
    {
        _host.Crash(silently: true);
        Disk.CutPower();
    }
}
