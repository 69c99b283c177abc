using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Runtime.Tests.Disk;

public sealed class SimulatedDiskTests : DiskContract
{
    public SimulatedDiskTests() => Disk.CreateDirectory(Root);

    protected override IDisk Disk { get; } = new SimulatedDisk(seed: 1);

    protected override string Root => "/data";
}
