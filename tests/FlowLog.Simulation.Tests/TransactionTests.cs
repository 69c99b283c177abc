using FlowLog.Simulation.Tests.Faults;
using FlowLog.Simulation.Tests.Programs;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests;

public sealed class TransactionTests
{
    private static readonly FaultKind[] s_faults =
    [
        FaultKind.KillClient, FaultKind.KillClient, FaultKind.Kill, FaultKind.KillWithin, FaultKind.Stop, FaultKind.PowerCut, FaultKind.PowerCutWithin,
        FaultKind.Reset, FaultKind.Cut, FaultKind.CutAnswers, FaultKind.SlowDisk, FaultKind.FullDisk,
    ];

    [Fact]
    public void Numbers_are_copied_once_while_nothing_fails() => Play(new Schedule(1, []));

    [Fact]
    public void Numbers_are_copied_once_when_copiers_are_killed() => Property.Holds(15, [FaultKind.KillClient], Play);

    [Fact]
    public void Numbers_are_copied_once_whatever_happens() => Property.Holds(30, s_faults, Play);

    [Fact]
    public void A_copier_that_was_cut_off_and_replaced_can_do_no_harm() => Property.Holds(15, [FaultKind.Cut, FaultKind.Kill, FaultKind.PowerCut, FaultKind.Reset], PlayZombie);

    // Two copiers share the partitions; each has an id of its own, and is started again when it dies.
    private static void Play(Schedule schedule) => Play(schedule, (scene, attempts) =>
    {
        foreach (var name in (string[])["copier-0", "copier-1"])
            _ = KeepRunningAsync(scene, attempts, scene.AddClient(name), name);

        return new Injection(scene).RunAsync(schedule);
    });

    // One copier is cut off in the middle of its work, and another with the same id takes over while the first still believes in itself.
    private static void PlayZombie(Schedule schedule) => Play(schedule, async (scene, attempts) =>
    {
        var (zombie, successor) = (scene.AddClient("zombie"), scene.AddClient("successor"));
        var process = zombie.StartProcess();
        var fenced = scene.RunAsync(process, new CopierProgram(scene, attempts, process, "copier", scene.Random).UntilFencedAsync);
        await Task.Delay(TimeSpan.FromMilliseconds(scene.Random.Next(2000)), scene.World.Clock);
        scene.World.Network.CutBoth(zombie.Name, BrokerMachine.Name);
        scene.Journal.Note("### the zombie is cut off");
        _ = KeepRunningAsync(scene, attempts, successor, "copier");
        await Task.Delay(TimeSpan.FromMilliseconds(scene.Random.Next(3000)), scene.World.Clock);
        scene.World.Network.Mend();
        scene.Journal.Note("### the zombie is back");
        await new Injection(scene).RunAsync(schedule);

        // With nothing left to copy it never tries, and so never learns that it is one.
        await First.Of(fenced, Task.Delay(TimeSpan.FromMinutes(1), scene.World.Clock));
    });

    private static void Play(Schedule schedule, Func<Scene, Attempts, Task> story)
    {
        var scene = new Scene(schedule.Seed, partitions: 3);
        var attempts = new Attempts(partitions: 2);
        var producer = scene.World.AddMachine("producer").StartProcess();
        var reader = scene.World.AddMachine("reader").StartProcess();
        scene.Play(async () =>
        {
            await scene.CreateTopicAsync(producer, (Attempts.Topic, attempts.Partitions));
            _ = scene.RunAsync(reader, new CopiesReaderProgram(scene, attempts, reader).RunAsync);
            var producing = scene.RunAsync(producer, () => new ProducerProgram(scene, producer).RunAsync(100));
            await story(scene, attempts);
            await producing;
            scene.Journal.Note("### everything is produced");
            var judge = scene.World.AddMachine("judge").StartProcess();
            await judge.Run(() => new GroupWatchProgram(scene, judge).UntilAsync([.. scene.History.Sent.Select(sent => (long)sent.Count)]));
            var originals = await judge.Run(new ReaderProgram(scene, judge).ReadAllAsync);
            scene.History.Judge(originals);
            attempts.Judge(await judge.Run(new CopiesReaderProgram(scene, attempts, judge).ReadAllAsync), originals);
        });
    }

    private static async Task KeepRunningAsync(Scene scene, Attempts attempts, SimulatedMachine machine, string transactionalId)
    {
        while (true)
        {
            var process = machine.StartProcess();
            await scene.RunAsync(process, new CopierProgram(scene, attempts, process, transactionalId, scene.Random).RunAsync);
            await Task.Delay(TimeSpan.FromMilliseconds(500), scene.World.Clock);
        }
    }
}
