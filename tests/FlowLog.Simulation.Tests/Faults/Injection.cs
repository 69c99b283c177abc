using FlowLog.Simulation.Tests.Scenes;

namespace FlowLog.Simulation.Tests.Faults;

/// <summary>Does to a scene what a schedule says, and heals it in the end.</summary>
internal sealed class Injection(Scene scene)
{
    private static readonly TimeSpan s_slowFor = TimeSpan.FromSeconds(2);

    /// <summary>The whole schedule; everything is healed when this completes.</summary>
    public async Task RunAsync(Schedule schedule)
    {
        foreach (var fault in schedule.Faults)
        {
            await Task.Delay(fault.After, scene.World.Clock);
            scene.Journal.Note($"### {fault}");
            await InjectAsync(fault);
        }

        Heal();
        scene.IsCalm = true;
        scene.Journal.Note("### healed");
    }

    private async Task InjectAsync(Fault fault)
    {
        var (machine, network) = (scene.Broker.Machine, scene.World.Network);
        var client = scene.Clients.Count == 0 ? null : scene.Clients[fault.How % scene.Clients.Count];
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                machine.KillProcess();
                break;
            case FaultKind.KillWithin:
                machine.KillProcessAfter(fault.DiskOperations);
                break;
            case FaultKind.PowerCut:
                machine.CutPower();
                break;
            case FaultKind.PowerCutWithin:
                machine.CutPowerAfter(fault.DiskOperations);
                break;
            case FaultKind.Stop:
                await scene.Broker.StopAsync();
                break;
            case FaultKind.Reset:
                network.Reset(client!.Name, machine.Name);
                break;
            case FaultKind.Cut:
                network.CutBoth(client!.Name, machine.Name);
                Later(fault.Lasting, network.Mend);
                break;
            case FaultKind.CutAnswers:
                network.Cut(machine.Name, client!.Name);
                Later(fault.Lasting, network.Mend);
                break;
            case FaultKind.SlowDisk:
                machine.Disk.SyncTime = fault.SyncTime;
                Later(s_slowFor, () => machine.Disk.SyncTime = TimeSpan.Zero);
                break;
            case FaultKind.FullDisk:
                machine.Disk.Capacity = Used() + (fault.How * 16);
                Later(fault.Lasting, () => machine.Disk.Capacity = long.MaxValue);
                break;
            case FaultKind.KillClient:
                client!.KillProcess();
                break;
        }
    }

    private long Used()
    {
        scene.Broker.Machine.Disk.Capacity = long.MaxValue;
        return long.MaxValue - scene.Broker.Machine.Disk.FreeBytes("/");
    }

    private async void Later(TimeSpan time, Action heal)
    {
        await Task.Delay(time, scene.World.Clock);
        heal();
    }

    private void Heal()
    {
        scene.World.Network.Mend();
        scene.Broker.Machine.Disk.SyncTime = TimeSpan.Zero;
        scene.Broker.Machine.Disk.Capacity = long.MaxValue;
    }
}
