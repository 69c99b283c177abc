using FlowLog.Runtime;
using FlowLog.Testing.Simulation.Disk;
using FlowLog.Testing.Simulation.Network;

namespace FlowLog.Testing.Simulation;

/// <summary>
/// One machine of a simulated world. What is started with <see cref="StartProcess"/> ends when the machine crashes, in the middle of whatever it does;
/// whoever uses <see cref="World"/> without a process is to be abandoned by the test.
/// </summary>
public sealed class SimulatedMachine
{
    private readonly SimulatedHost _host;
    private readonly SimulatedScheduler _scheduler;
    private readonly List<SimulatedProcess> _processes = [];

    internal SimulatedMachine(string name, SimulatedDisk disk, SimulatedHost host, SimulatedScheduler scheduler, World world) =>
        (Name, Disk, _host, _scheduler, World) = (name, disk, host, scheduler, world);

    /// <summary>The name that other machines reach it by.</summary>
    public string Name { get; }

    /// <summary>Its disk, to be filled up and made to fail.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>The doors for what runs on it.</summary>
    public World World { get; }

    /// <summary>A new process, with doors of its own that close when it dies. The processes of a machine share its fate: all of them are killed together.</summary>
    public SimulatedProcess StartProcess()
    {
        Disk.IsGone = false;
        var process = new SimulatedProcess(_scheduler, World);
        _processes.Add(process);
        return process;
    }

    /// <summary>The process is killed: connections are reset, listeners are gone, what was written is still there.</summary>
    public void KillProcess()
    {
        EndProcesses();
        _host.Crash(silently: false);
        Disk.KillProcess();
    }

    /// <summary>The power goes and comes back: the others hear nothing at all, and the disk keeps what was synced.</summary>
    public void CutPower()
    {
        EndProcesses();
        _host.Crash(silently: true);
        Disk.CutPower();
    }

    /// <summary>Kills the process within its next uses of the disk: after that many operations, instead of the one that follows them.</summary>
    public void KillProcessAfter(int diskOperations) => Disk.CrashAfter(diskOperations, KillProcess);

    /// <summary>Cuts the power within the next uses of the disk: after that many operations, instead of the one that follows them.</summary>
    public void CutPowerAfter(int diskOperations) => Disk.CrashAfter(diskOperations, CutPower);

    private void EndProcesses()
    {
        Disk.CrashAfter(0, null);
        foreach (var process in _processes)
            process.End();

        _processes.Clear();
    }
}
